//! The landing zone: `aep dlz put` beside the tools that people use today.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::discard::{Discard, Provider, Received};
use super::measure::{self, Cost};
use super::{Section, report};
use crate::error::{Context, Error, Result};
use crate::process::Home;
use crate::{output, tools};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

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
            Self::Curl => "curl -T, one request",
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

pub(super) struct Zone {
    aep: PathBuf,
    bare: PathBuf,
    azcopy: PathBuf,
    rclone: PathBuf,
    s5cmd: PathBuf,
    home: Home,
    azure: Discard,
    s3: Discard,
}

impl Zone {
    pub(super) fn new(aep: &Path, schema: &Value) -> Result<Self> {
        let bare = aep.with_file_name("examples").join("bare_upload");
        Ok(Self {
            aep: aep.to_owned(),
            bare,
            azcopy: tools::azcopy()?,
            rclone: tools::rclone()?,
            s5cmd: tools::s5cmd()?,
            home: Home::new()?,
            azure: Discard::start(schema.clone(), Provider::Azure)?,
            s3: Discard::start(schema.clone(), Provider::S3)?,
        })
    }

    /// One large file, many small ones, a tiny one, and memory.
    pub(super) fn sections(&self, rounds: usize) -> Result<Vec<Section>> {
        let large = self.file("large", GIB)?;
        let one = self.compare(
            "## Landing zone: one file of 1 GiB",
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
        remove(&large)?;
        let folder = self.folder("many", 1000, MIB)?;
        let many = self.compare(
            "## Landing zone: 1000 files of 1 MiB",
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
        std::fs::remove_dir_all(&folder).doing(|| "could not remove the folder of files")?;
        let tiny = self.file("tiny", 1 << 10)?;
        let small = self.compare(
            "## Landing zone: one file of 1 KiB, start to end",
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
        Ok(vec![one, many, small, self.memory()?])
    }

    fn compare(
        &self,
        title: &str,
        what: &Path,
        clients: &[Client],
        rounds: usize,
    ) -> Result<Section> {
        output::note(format!(
            "{rounds} rounds of {}",
            title.trim_start_matches("## ")
        ));
        let mut costs = vec![Vec::new(); clients.len()];
        let mut requests = vec![0; clients.len()];
        for _ in 0..rounds {
            for (at, client) in clients.iter().enumerate() {
                let (cost, received) = self.upload(*client, what)?;
                costs[at].push(cost);
                requests[at] = received.requests;
            }
        }
        let rows: Vec<String> = clients
            .iter()
            .zip(costs.iter().zip(&requests))
            .map(|(client, (costs, requests))| {
                let cost = report::median(costs);
                let (wall, cpu) = (report::seconds(cost.wall), report::seconds(cost.cpu));
                format!(
                    "| {} | {wall} | {cpu} | {} | {requests} |",
                    client.name(),
                    report::mib(cost.peak)
                )
            })
            .collect();
        let text = format!(
            "{title}\n\nMedians of {rounds} interleaved rounds.\n\n\
             | client | wall, s | CPU, s | peak, MiB | requests with content |\n|---|---|---|---|---|\n{}\n",
            rows.join("\n")
        );
        Ok(Section { text, broken: None })
    }

    /// Memory must follow neither the size of the file nor the speed of the other side.
    fn memory(&self) -> Result<Section> {
        output::note("landing zone: memory");
        let mut rows = Vec::new();
        for (name, size, slow) in [
            ("256 MiB", 256 * MIB, false),
            ("256 MiB, slow server", 256 * MIB, true),
            ("16 GiB", 16 * GIB, false),
        ] {
            // Holes: only the length matters here.
            let path = self.home.path().join("hole");
            let file = File::create(&path).doing(|| "could not create a file")?;
            file.set_len(size).doing(|| "could not grow a file")?;
            for client in [Client::Azure, Client::S3] {
                self.server(client).slow(slow);
                let (cost, _) = self.upload(client, &path)?;
                self.server(client).slow(false);
                rows.push(format!(
                    "| {} | {name} | {} | {} |",
                    client.name(),
                    report::mib(cost.peak),
                    report::seconds(cost.wall)
                ));
            }
            remove(&path)?;
        }
        let text = format!(
            "## Landing zone: memory\n\n| client | file | peak, MiB | wall, s |\n|---|---|---|---|\n{}\n",
            rows.join("\n")
        );
        Ok(Section { text, broken: None })
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
        let wanted = size(what)?;
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
        let program = match client {
            Client::Curl => Path::new("curl"),
            Client::ObjectStore => &self.bare,
            Client::Azcopy => &self.azcopy,
            Client::RcloneAzure | Client::RcloneS3 => &self.rclone,
            Client::S5cmd => &self.s5cmd,
            Client::Azure | Client::AzureChecked | Client::S3 => &self.aep,
        };
        let mut command = self.home.command(program);
        let folder = what.is_dir();
        let server = self.server(client);
        match client {
            Client::Curl => command
                .args([
                    "--silent",
                    "--show-error",
                    "--fail",
                    "--header",
                    "x-ms-blob-type: BlockBlob",
                ])
                .arg("--upload-file")
                .arg(what)
                .arg(server.container_url("file")),
            Client::ObjectStore => command.arg(what).arg(server.container_url("")).arg("file"),
            Client::Azcopy => {
                command
                    .env("AZCOPY_DISABLE_SYSLOG", "true")
                    .env("AZCOPY_SHOW_PERF_STATES", "")
                    .arg("copy")
                    .arg(what)
                    .arg(server.container_url(if folder { "" } else { "file" }))
                    .args([
                        "--from-to",
                        "LocalBlob",
                        "--log-level",
                        "NONE",
                        "--output-level",
                        "quiet",
                    ]);
                if folder {
                    command.arg("--recursive");
                }
                &mut command
            }
            Client::RcloneAzure => command
                .args(["copy", "--azureblob-sas-url"])
                .arg(server.container_url(""))
                .arg(what)
                .arg(":azureblob:dlz-user-container/into"),
            Client::RcloneS3 => s3_keys(&mut command)
                .args([
                    "copy",
                    "--s3-provider",
                    "Other",
                    "--s3-env-auth",
                    "--s3-endpoint",
                ])
                .arg(server.url())
                .args(["--s3-region", "us-east-1", "--s3-no-check-bucket"])
                .arg(what)
                .arg(":s3:dlz-discard/dlz-adf-connectors/into"),
            Client::S5cmd => s3_keys(&mut command)
                .args(["--endpoint-url", server.url(), "--log", "error", "cp"])
                .arg(what)
                .arg("s3://dlz-discard/dlz-adf-connectors/into/"),
            Client::Azure | Client::AzureChecked | Client::S3 => {
                command
                    .env("AEP_BASE_URL", server.url())
                    .env("AEP_ORG_ID", "LOCAL@AdobeOrg")
                    .env("AEP_CLIENT_ID", "bench")
                    .env("AEP_CLIENT_SECRET", "bench")
                    .env("AEP_SANDBOX", "dev")
                    .args(["--quiet", "dlz", "put"])
                    .arg(what)
                    .arg("into/");
                if client == Client::AzureChecked {
                    command.arg("--checksum");
                }
                &mut command
            }
        };
        command
    }

    /// A file of bytes that no file system stores as holes.
    fn file(&self, name: &str, size: u64) -> Result<PathBuf> {
        let path = self.home.path().join(name);
        write(&path, size)?;
        Ok(path)
    }

    fn folder(&self, name: &str, files: usize, size: u64) -> Result<PathBuf> {
        let folder = self.home.path().join(name);
        std::fs::create_dir(&folder).doing(|| "could not create a folder")?;
        for at in 0..files {
            write(&folder.join(format!("part-{at:05}")), size)?;
        }
        Ok(folder)
    }
}

fn s3_keys(command: &mut Command) -> &mut Command {
    command
        .env("AWS_ACCESS_KEY_ID", "ASIADISCARDDISCARD00")
        .env("AWS_SECRET_ACCESS_KEY", "discard")
        .env("AWS_SESSION_TOKEN", "discard")
        .env("AWS_REGION", "us-east-1")
}

fn write(path: &Path, size: u64) -> Result<()> {
    let doing = || format!("could not write {}", path.display());
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).doing(doing)?);
    let block: Vec<u8> = (0..=250).cycle().take(1 << 16).collect();
    let mut left = size;
    while left > 0 {
        let take = left.min(block.len() as u64);
        let part = block.get(..usize::try_from(take).unwrap_or_default());
        file.write_all(part.unwrap_or_default()).doing(doing)?;
        left -= take;
    }
    file.flush().doing(doing)
}

fn size(path: &Path) -> Result<u64> {
    let doing = || format!("could not read {}", path.display());
    if !path.is_dir() {
        return Ok(std::fs::metadata(path).doing(doing)?.len());
    }
    let mut sum = 0;
    for entry in std::fs::read_dir(path).doing(doing)? {
        sum += entry.doing(doing)?.metadata().doing(doing)?.len();
    }
    Ok(sum)
}

fn remove(path: &Path) -> Result<()> {
    std::fs::remove_file(path).doing(|| format!("could not remove {}", path.display()))
}
