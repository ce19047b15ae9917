//! The landing zone: `aep dlz put` beside the tools that people use today.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::clients::{Clients, note};
use super::super::discard::{Discard, Provider, Received};
use super::super::files;
use super::super::measure::{self, Cost};
use super::super::report::{Costs, Section, as_mib, ratio};
use super::{GIB, KIB, MIB};
use crate::error::{Error, Result};
use crate::tools;

/// Who uploads, and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    Curl,
    ObjectStore,
    Azcopy,
    RcloneAzure,
    Azure,
    AzureChecked,
    S5cmd,
    RcloneS3,
    S3,
}

impl Client {
    fn name(self) -> &'static str {
        match self {
            Self::Curl => "`curl -T`, one request",
            Self::ObjectStore => "object_store, bare loop",
            Self::Azcopy => "azcopy",
            Self::RcloneAzure => "rclone, Azure",
            Self::Azure => "**aep dlz put, Azure**",
            Self::AzureChecked => "**aep dlz put --checksum, Azure**",
            Self::S5cmd => "s5cmd",
            Self::RcloneS3 => "rclone, S3",
            Self::S3 => "**aep dlz put, S3**",
        }
    }

    fn provider(self) -> Provider {
        match self {
            Self::S5cmd | Self::RcloneS3 | Self::S3 => Provider::S3,
            _ => Provider::Azure,
        }
    }
}

struct Zone<'a> {
    clients: &'a Clients,
    bare: PathBuf,
    azcopy: PathBuf,
    rclone: PathBuf,
    s5cmd: PathBuf,
    azure: Discard,
    s3: Discard,
}

/// The costs of each client, and its requests with content.
struct Comparison(Vec<(Client, Costs, u64)>);

impl Comparison {
    fn of(&self, client: Client) -> Cost {
        let found = self.0.iter().find(|(of, ..)| *of == client);
        found.map_or_else(|| Costs::default().median(), |(_, costs, _)| costs.median())
    }

    fn show(&self, section: &mut Section) {
        section.table(
            Some("requests with content"),
            self.0
                .iter()
                .map(|(client, costs, requests)| (client.name(), costs, requests.to_string())),
        );
    }
}

/// One large file, many small ones, a tiny one, and memory.
pub(super) fn run(clients: &Clients, rounds: usize) -> Result<Section> {
    let zone = Zone::new(clients)?;
    let mut section = Section::new("Landing zone", "One file of 1 GiB.");
    let large = files::bytes(clients.folder(), "large", GIB)?;
    note(rounds, "1 GiB into the landing zone");
    let one = zone.compare(
        &large,
        &[
            Client::Curl,
            Client::ObjectStore,
            Client::Azcopy,
            Client::RcloneAzure,
            Client::Azure,
            Client::AzureChecked,
            Client::S5cmd,
            Client::RcloneS3,
            Client::S3,
        ],
        rounds,
    )?;
    files::remove(&large)?;
    one.show(&mut section);
    goals_of_one(&mut section, &one);

    section.paragraph("1000 files of 1 MiB.");
    let folder = files::many(clients.folder(), "many", 1000, MIB)?;
    note(rounds, "1000 × 1 MiB into the landing zone");
    let many = zone.compare(
        &folder,
        &[
            Client::Azcopy,
            Client::RcloneAzure,
            Client::Azure,
            Client::S5cmd,
            Client::RcloneS3,
            Client::S3,
        ],
        rounds,
    )?;
    files::remove(&folder)?;
    many.show(&mut section);
    let (ours, azcopy) = (many.of(Client::Azure), many.of(Client::Azcopy));
    let cpu = ratio(ours.cpu, azcopy.cpu);
    section.at_most("P6", "1000 × 1 MiB, Azure: CPU", 0.25, "× azcopy", cpu);
    let peak = as_mib(ours.peak.max(many.of(Client::S3).peak));
    section.at_most("P6", "1000 × 1 MiB: memory", 32.0, "MiB", peak);

    section.paragraph("One file of 1 KiB, start to end.");
    let tiny = files::bytes(clients.folder(), "tiny", KIB)?;
    note(rounds, "1 KiB into the landing zone");
    let small = zone.compare(
        &tiny,
        &[
            Client::Curl,
            Client::Azcopy,
            Client::RcloneAzure,
            Client::Azure,
            Client::S5cmd,
            Client::S3,
        ],
        rounds,
    )?;
    files::remove(&tiny)?;
    small.show(&mut section);
    zone.memory(&mut section)?;
    Ok(section)
}

fn goals_of_one(section: &mut Section, one: &Comparison) {
    let (azure, azcopy) = (one.of(Client::Azure), one.of(Client::Azcopy));
    let wall = ratio(azure.wall, azcopy.wall);
    section.at_most("P4", "zone on Azure, 1 GiB: wall", 0.6, "× azcopy", wall);
    let cpu = ratio(azure.cpu, azcopy.cpu);
    section.at_most("P4", "zone on Azure, 1 GiB: CPU", 0.4, "× azcopy", cpu);
    let cpu = ratio(azure.cpu, one.of(Client::ObjectStore).cpu);
    let unit = "× object_store";
    section.at_most("P4", "zone on Azure, 1 GiB: CPU", 0.65, unit, cpu);
    let peak = as_mib(azure.peak);
    section.at_most("P4", "zone on Azure, 1 GiB: memory", 32.0, "MiB", peak);
    let checked = ratio(one.of(Client::AzureChecked).cpu, azure.cpu);
    let what = "zone on Azure, 1 GiB, with checksums: CPU";
    section.at_most("P4", what, 1.15, "× without", checked);
    let (s3, s5cmd) = (one.of(Client::S3), one.of(Client::S5cmd));
    let wall = ratio(s3.wall, s5cmd.wall);
    section.at_most("P5", "zone on S3, 1 GiB: wall", 0.5, "× s5cmd", wall);
    let cpu = ratio(s3.cpu, s5cmd.cpu);
    section.at_most("P5", "zone on S3, 1 GiB: CPU", 0.5, "× s5cmd", cpu);
    let peak = as_mib(s3.peak);
    section.at_most("P5", "zone on S3, 1 GiB: memory", 32.0, "MiB", peak);
}

impl<'a> Zone<'a> {
    fn new(clients: &'a Clients) -> Result<Self> {
        Ok(Self {
            clients,
            bare: clients.aep.with_file_name("examples").join("bare_upload"),
            azcopy: tools::azcopy()?,
            rclone: tools::rclone()?,
            s5cmd: tools::s5cmd()?,
            azure: Discard::start(clients.schemas.clone(), Provider::Azure)?,
            s3: Discard::start(clients.schemas.clone(), Provider::S3)?,
        })
    }

    fn compare(&self, what: &Path, clients: &[Client], rounds: usize) -> Result<Comparison> {
        let mut all: Vec<(Client, Costs, u64)> = clients
            .iter()
            .map(|client| (*client, Costs::default(), 0))
            .collect();
        for _ in 0..rounds {
            for (client, costs, requests) in &mut all {
                let (cost, received) = self.upload(*client, what)?;
                costs.0.push(cost);
                *requests = received.requests;
            }
        }
        Ok(Comparison(all))
    }

    /// Memory must follow neither the size of the file nor the speed of the other side.
    fn memory(&self, section: &mut Section) -> Result<()> {
        note(1, "memory of the landing zone");
        let mut rows = Vec::new();
        for (name, size, slow) in [
            ("256 MiB", 256 * MIB, false),
            ("256 MiB, slow server", 256 * MIB, true),
            ("16 GiB", 16 * GIB, false),
        ] {
            let path = files::hole(self.clients.folder(), "hole", size)?;
            for client in [Client::Azure, Client::S3] {
                self.server(client).slow(slow);
                let upload = self.upload(client, &path);
                self.server(client).slow(false);
                rows.push((client, Costs(vec![upload?.0]), name.to_owned()));
            }
            files::remove(&path)?;
        }
        section.paragraph("Memory, one run each.");
        section.table(
            Some("file"),
            rows.iter()
                .map(|(client, costs, name)| (client.name(), costs, name.clone())),
        );
        Ok(())
    }

    fn server(&self, client: Client) -> &Discard {
        match client.provider() {
            Provider::Azure => &self.azure,
            Provider::S3 => &self.s3,
        }
    }

    fn upload(&self, client: Client, what: &Path) -> Result<(Cost, Received)> {
        let server = self.server(client);
        server.take();
        let cost = measure::run(&mut self.command(client, what))?;
        let received = server.take();
        let wanted = files::size(what)?;
        // Some clients wrap the content in signed chunks.
        if received.bytes < wanted || received.bytes > wanted + wanted / 50 + 4096 {
            return Err(Error::new(format!(
                "{}: the server got {} bytes of {wanted}",
                client.name(),
                received.bytes
            )));
        }
        Ok((cost, received))
    }

    fn command(&self, client: Client, what: &Path) -> Command {
        let home = &self.clients.home;
        let folder = what.is_dir();
        let server = self.server(client);
        match client {
            Client::Curl => {
                let mut command = home.command("curl");
                command
                    .args(["--silent", "--show-error", "--fail"])
                    .args(["--header", "x-ms-blob-type: BlockBlob", "--upload-file"])
                    .arg(what)
                    .arg(server.container_url("file"));
                command
            }
            Client::ObjectStore => {
                let mut command = home.command(&self.bare);
                command.arg(what).arg(server.container_url("")).arg("file");
                command
            }
            Client::Azcopy => {
                let mut command = home.command(&self.azcopy);
                command
                    .env("AZCOPY_DISABLE_SYSLOG", "true")
                    .env("AZCOPY_SHOW_PERF_STATES", "")
                    .arg("copy")
                    .arg(what)
                    .arg(server.container_url(if folder { "" } else { "file" }))
                    .args(["--from-to", "LocalBlob", "--log-level", "NONE"])
                    .args(["--output-level", "quiet"])
                    .args(folder.then_some("--recursive"));
                command
            }
            Client::RcloneAzure => {
                let mut command = home.command(&self.rclone);
                command
                    .args(["copy", "--azureblob-sas-url"])
                    .arg(server.container_url(""))
                    .arg(what)
                    .arg(":azureblob:dlz-user-container/into");
                command
            }
            Client::RcloneS3 => {
                let mut command = home.command(&self.rclone);
                s3_keys(&mut command)
                    .args(["copy", "--s3-provider", "Other", "--s3-env-auth"])
                    .args(["--s3-endpoint", server.url()])
                    .args(["--s3-region", "us-east-1", "--s3-no-check-bucket"])
                    .arg(what)
                    .arg(":s3:dlz-discard/dlz-adf-connectors/into");
                command
            }
            Client::S5cmd => {
                let mut command = home.command(&self.s5cmd);
                s3_keys(&mut command)
                    .args(["--endpoint-url", server.url(), "--log", "error", "cp"])
                    .arg(what)
                    .arg("s3://dlz-discard/dlz-adf-connectors/into/");
                command
            }
            Client::Azure | Client::AzureChecked | Client::S3 => {
                let mut command = self.clients.ours(server);
                command
                    .args(["dlz", "put"])
                    .arg(what)
                    .arg("into/")
                    .args((client == Client::AzureChecked).then_some("--checksum"));
                command
            }
        }
    }
}

fn s3_keys(command: &mut Command) -> &mut Command {
    command
        .env("AWS_ACCESS_KEY_ID", "ASIADISCARDDISCARD00")
        .env("AWS_SECRET_ACCESS_KEY", "discard")
        .env("AWS_SESSION_TOKEN", "discard")
        .env("AWS_REGION", "us-east-1")
}
