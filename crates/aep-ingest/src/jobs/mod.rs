//! Jobs: runs that were written down, so that they can be taken up again after a crash, and are never done twice.
//!
//! ```text
//! <state>/jobs/<run id>/journal   what is planned and what has happened, see [`Line`]; small once the run is over
//!                       lock      locked while a process works on the run
//!                       spool/    files that were made for the run, for example from standard input
//! <state>/ledger/<key>            hashes of what was sent, by organisation, sandbox and dataset
//! <state>/pace/<key>              when batches were made in the last day, by organisation and sandbox
//! ```
//!
//! Everything is readable by this user only, and nothing of it is a secret. Jobs that are over are removed after 30 days,
//! or when there are more than 200 of them.

mod hash;
mod journal;
pub(crate) mod ledger;
mod line;
mod list;
mod model;
pub(crate) mod private;
mod prune;
mod remove;
mod sent;
mod state;
#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use aep_core::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) use self::hash::{Hash, Tap, of_content, of_part};
pub(crate) use self::journal::Journal;
pub(crate) use self::line::{End, Header, Kept, Line, VERSION};
pub(crate) use self::model::UNPLANNED;
pub use self::model::{Job, JobBatch, JobState};
pub(crate) use self::sent::SentBatch;
#[cfg(any(test, fuzzing))]
pub(crate) use self::state::read;
pub(crate) use self::state::{BatchState, Delivered, State};

/// The jobs of this machine's user.
#[derive(Debug, Clone)]
pub struct Jobs {
    state: PathBuf,
}

impl Jobs {
    /// The jobs below this directory, which is made when it is needed. The command uses `AEP_STATE_DIR`, else
    /// `$XDG_STATE_HOME/aep`.
    pub fn new(state_dir: impl Into<PathBuf>) -> Self {
        Self {
            state: state_dir.into(),
        }
    }

    fn all(&self) -> PathBuf {
        self.state.join("jobs")
    }

    fn directory(&self, run: Uuid) -> PathBuf {
        self.all().join(run.to_string())
    }

    /// The directory that all of it is below.
    pub(crate) fn state(&self) -> &Path {
        &self.state
    }

    pub(crate) fn ledgers(&self) -> PathBuf {
        self.state.join("ledger")
    }

    /// Begins the journal of a new run. Blocks.
    pub(crate) fn begin(&self, header: &Header) -> Result<Journal> {
        let directory = self.directory(header.run);
        private::directory(&self.all())
            .map_err(|error| unusable(&self.state, "keep jobs", &error))?;
        Journal::begin(directory, header)
    }

    /// Opens the journal of an earlier run, to go on with it. Blocks.
    pub(crate) fn open(&self, run: Uuid) -> Result<(Journal, State)> {
        Journal::open(self.directory(run), run)
    }

    /// The first line of a journal. Blocks.
    pub(crate) fn header(&self, run: Uuid) -> Result<Header> {
        journal::header(&self.directory(run), run)
    }

    /// A directory for files that are made for a run; it goes with the job. Blocks.
    pub(crate) fn spool(&self, run: Uuid) -> Result<PathBuf> {
        let spool = self.directory(run).join(SPOOL);
        private::directory(&spool)
            .map_err(|error| unusable(&spool, "make room for files of the run", &error))?;
        Ok(spool)
    }

    /// Takes away what a run has left that never had a journal. Blocks.
    pub(crate) fn forget(&self, run: Uuid) {
        // what can't be removed now is removed with the next run that tidies up
        let _ = std::fs::remove_dir_all(self.directory(run));
    }
}

/// The directory of a job that keeps the files that were made for it.
pub(crate) const SPOOL: &str = "spool";

fn unusable(path: &Path, doing: &'static str, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, doing)
        .with("directory", path.display())
        .because(error.to_string())
        .hint("name another directory with AEP_STATE_DIR")
}

/// The name of a file for what these have in common.
pub(crate) fn key(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    let mut key = String::new();
    for byte in digest.finalize().iter().take(12) {
        let _ = write!(key, "{byte:02x}");
    }
    key
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Work that waits for the disk, off the threads that serve the network.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|stopped| Error::new(ErrorKind::Other, "work on the job").because(stopped))?
}
