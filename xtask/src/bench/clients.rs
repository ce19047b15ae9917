//! Who uploads: ourselves and others, each run measured and its bytes counted.

use std::cell::Cell;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::discard::{Discard, MEMBERS, Provider, Received, Schemas};
use super::measure::{self, Cost};
use super::report::Costs;
use super::{discard, files};
use crate::error::{Context, Error, Result};
use crate::process::Home;
use crate::{output, tools, workspace};

pub(super) struct Clients {
    pub(super) aep: PathBuf,
    pub(super) home: Home,
    pub(super) schemas: Schemas,
    pub(super) server: Discard,
    runs: Cell<u64>,
}

/// One client of a comparison.
pub(super) type Run<'a> = &'a dyn Fn() -> Result<Cost>;

/// Runs the clients by turns, `rounds` times.
pub(super) fn by_turns<const N: usize>(rounds: usize, clients: [Run<'_>; N]) -> Result<[Costs; N]> {
    let mut costs = [const { Costs(Vec::new()) }; N];
    for _ in 0..rounds {
        for (client, costs) in clients.iter().zip(&mut costs) {
            costs.0.push(client()?);
        }
    }
    Ok(costs)
}

impl Clients {
    pub(super) fn new(aep: PathBuf, home: Home, schemas: Schemas) -> Result<Self> {
        let server = Discard::start(schemas.clone(), Provider::Azure)?;
        Ok(Self {
            aep,
            home,
            schemas,
            server,
            runs: Cell::new(0),
        })
    }

    pub(super) fn folder(&self) -> &Path {
        self.home.path()
    }

    /// `aep` with the server as its platform and a state directory that nobody has used: each run is the first one.
    pub(super) fn ours(&self, server: &Discard) -> Command {
        let run = self.runs.get();
        self.runs.set(run + 1);
        let mut command = self.home.command(&self.aep);
        command
            .env("AEP_BASE_URL", server.url())
            .env("AEP_ORG_ID", "LOCAL@AdobeOrg")
            .env("AEP_CLIENT_ID", "bench")
            .env("AEP_CLIENT_SECRET", "bench")
            .env("AEP_SANDBOX", "dev")
            .env("AEP_STATE_DIR", self.folder().join(format!("state-{run}")))
            .arg("--quiet");
        command
    }

    /// An upload of a file or folder by us.
    pub(super) fn ingest(&self, what: &Path, arguments: &[&str]) -> Result<Cost> {
        let mut command = self.ours(&self.server);
        command
            .args(["ingest", "--dataset", MEMBERS])
            .args(arguments)
            .arg(what);
        self.exactly(&mut command, what)
    }

    /// The same bytes by curl, in one request.
    pub(super) fn curl(&self, file: &Path) -> Result<Cost> {
        let mut command = self.home.command(tools::system("curl", "curl")?);
        command
            .args([
                "--silent",
                "--show-error",
                "--fail",
                "--output",
                "/dev/null",
            ])
            .arg("--upload-file")
            .arg(file)
            .arg(self.server.file_url("curl", "a.json"));
        self.exactly(&mut command, file)
    }

    /// Every file of a folder by curl, in one process, 16 at once.
    pub(super) fn curl_many(&self, folder: &Path) -> Result<Cost> {
        let doing = || "could not list the files for curl";
        let list = self.folder().join("curl.list");
        let mut text = String::new();
        for entry in std::fs::read_dir(folder).doing(doing)? {
            let path = entry.doing(doing)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let url = self.server.file_url("curl", &name);
            let _ = writeln!(
                text,
                "upload-file = \"{}\"\nurl = \"{url}\"\noutput = \"/dev/null\"",
                path.display()
            );
        }
        std::fs::write(&list, text).doing(doing)?;
        let mut command = self.home.command(tools::system("curl", "curl")?);
        command
            .args(["--silent", "--show-error", "--fail", "--parallel"])
            .args(["--parallel-max", "16", "--config"])
            .arg(&list);
        self.exactly(&mut command, folder)
    }

    /// A file by a loop of read and write, in this program.
    pub(super) fn plain(&self, file: &Path) -> Result<Cost> {
        let own = std::env::current_exe().doing(|| "could not find this program")?;
        let mut command = self.home.command(own);
        command
            .arg("plain-upload")
            .arg(file)
            .arg(self.server.file_url("plain", "a.json"));
        self.exactly(&mut command, file)
    }

    /// A file by aepp, as one document or in parts of so many bytes.
    pub(super) fn aepp(&self, file: &Path, part: Option<u64>) -> Result<Cost> {
        let script = workspace::root().join("xtask/src/bench/peers/aepp_upload.py");
        let mut command = self.home.command(tools::aepp()?.join("python"));
        command
            .arg("-B")
            .arg(script)
            .args([self.server.url(), MEMBERS])
            .arg(file)
            .current_dir(self.folder());
        if let Some(part) = part {
            command.arg(part.to_string());
            return self.exactly(&mut command, file);
        }
        // It reads the document and writes it anew, in its own form.
        let (cost, received) = self.run(&mut command)?;
        if received.bytes < files::size(file)? / 2 {
            return Err(Error::new(format!(
                "the server got {} bytes from aepp",
                received.bytes
            )));
        }
        Ok(cost)
    }

    /// Runs a command that sends each byte of `what` once.
    fn exactly(&self, command: &mut Command, what: &Path) -> Result<Cost> {
        let (cost, received) = self.run(command)?;
        let size = files::size(what)?;
        if received.bytes != size {
            let sent = received.bytes;
            return Err(Error::new(format!("the server got {sent} bytes of {size}")));
        }
        Ok(cost)
    }

    /// Runs a command; says what it cost and what the server got.
    pub(super) fn run(&self, command: &mut Command) -> Result<(Cost, Received)> {
        self.server.take();
        let cost = measure::run(command)?;
        Ok((cost, self.server.take()))
    }

    /// The faults of the server around something.
    pub(super) fn with_fault<T>(
        &self,
        fault: discard::Fault,
        every: u64,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<(T, discard::Met)> {
        self.server.fault(Some((fault, every)));
        let done = work();
        let met = self.server.met();
        self.server.fault(None);
        Ok((done?, met))
    }
}

/// Says what is being done, for the person who waits.
pub(super) fn note(rounds: usize, what: &str) {
    output::note(format!("  {rounds} × {what}"));
}
