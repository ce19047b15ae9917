//! Azurite as a child of the emulator.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::Mutex;

use crate::state::StateError;

/// How long Azurite may take to listen: node reads thousands of files first.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long it may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// Runs a script of node and has it end in good order when standard input does: then the emulator is gone, however it
/// went.
const WRAPPER: &str = "process.stdin.on('end',()=>process.kill(process.pid,'SIGTERM')).resume();\
                       process.argv[1]=require('fs').realpathSync(process.argv[1]);require(process.argv[1])";

/// The command of the npm package that serves blobs only.
const COMMAND: &str = "azurite-blob";

/// Why there is no Azurite.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AzuriteError {
    /// It is neither where it was said to be nor on the path.
    #[error(
        "Azurite was not found{}: install it with `npm install azurite` and give its folder, or use a zone of the kind s3",
        at.as_ref().map(|at| format!(" at `{}`", at.display())).unwrap_or_default()
    )]
    NotFound {
        /// Where it was looked for, if that was said.
        at: Option<PathBuf>,
    },
    /// It could not be run.
    #[error("Azurite could not be started: it needs `node` on the path")]
    Run(#[source] std::io::Error),
    /// It ended, or said nothing for a minute.
    #[error("Azurite did not start: {0}")]
    Silent(String),
    /// Its accounts could not be remembered.
    #[error("could not open the emulator's state")]
    State(#[from] StateError),
}

/// The child.
#[derive(Debug)]
pub(super) struct Process {
    addr: SocketAddr,
    /// Closing the first ends the second.
    parts: Mutex<Option<(ChildStdin, Child)>>,
}

impl Process {
    pub(super) async fn start(
        azurite: Option<&Path>,
        dir: &Path,
        accounts: &str,
    ) -> Result<Self, AzuriteError> {
        let script = find(azurite)?;
        let mut child = Command::new("node")
            .arg("-e")
            .arg(WRAPPER)
            .arg(script)
            .args(["--blobHost", "127.0.0.1", "--blobPort", "0"])
            .args(["--skipApiVersionCheck", "--disableTelemetry", "--location"])
            .arg(dir)
            .env("AZURITE_ACCOUNTS", accounts)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(AzuriteError::Run)?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(AzuriteError::Silent(
                "it has no standard streams".to_owned(),
            ));
        };
        let mut lines = BufReader::new(stdout).lines();
        let mut complaints = BufReader::new(stderr).lines();
        let listening = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(addr) = address(&line) {
                    return Ok(addr);
                }
            }
            let why = complaints.next_line().await.ok().flatten();
            Err(why.unwrap_or_else(|| "it ended".to_owned()))
        };
        let addr = tokio::time::timeout(PATIENCE, listening)
            .await
            .unwrap_or_else(|_| Err("it did not listen within a minute".to_owned()))
            .map_err(AzuriteError::Silent)?;
        // What it goes on saying is its log of requests; nobody reads it, and a full pipe would stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        tokio::spawn(async move {
            while let Ok(Some(line)) = complaints.next_line().await {
                tracing::debug!(line, "Azurite");
            }
        });
        Ok(Self {
            addr,
            parts: Mutex::new(Some((stdin, child))),
        })
    }

    /// Where it listens.
    pub(super) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Tells it to end and waits for that.
    pub(super) async fn stop(&self) {
        if let Some((stdin, mut child)) = self.parts.lock().await.take() {
            drop(stdin);
            if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
                let _ = child.kill().await;
            }
        }
    }
}

/// `Azurite Blob service successfully listens on http://127.0.0.1:40123`.
fn address(line: &str) -> Option<SocketAddr> {
    let (_, addr) = line.split_once(" listens on http://")?;
    addr.trim().parse().ok()
}

/// The script: the file that was given, the one in a folder that npm installed into, or the one on the path.
fn find(given: Option<&Path>) -> Result<PathBuf, AzuriteError> {
    let not_found = || AzuriteError::NotFound {
        at: given.map(Path::to_owned),
    };
    let Some(given) = given else {
        return on_path().ok_or_else(not_found);
    };
    let places = [
        given.join("node_modules").join(".bin").join(COMMAND),
        given.join(".bin").join(COMMAND),
        given.join(COMMAND),
        // `azurite` itself serves queues and tables too.
        given.with_file_name(COMMAND),
        given.to_owned(),
    ];
    places
        .into_iter()
        .find(|place| place.is_file())
        .ok_or_else(not_found)
}

fn on_path() -> Option<PathBuf> {
    #[allow(
        clippy::disallowed_methods,
        reason = "where commands are is no setting of ours"
    )]
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(COMMAND))
        .find(|place| place.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_address_is_in_what_it_says() {
        let line = "Azurite Blob service successfully listens on http://127.0.0.1:40123";
        assert_eq!(
            address(line),
            Some(SocketAddr::from(([127, 0, 0, 1], 40123)))
        );
        assert_eq!(
            address("Azurite Blob service is starting at http://127.0.0.1:0"),
            None
        );
    }
}
