//! What was sent into a dataset before, by the hashes of its content.
//!
//! One file of text per organisation, sandbox and dataset, which only grows. A run adds a line for itself and each batch,
//! and one for each file of the batch, before the batch is completed:
//!
//! ```text
//! batch <batch id> <run id> <milliseconds since 1970>
//! <bytes> <bytes of a part, 0 if it went whole> <hash> <name in the batch>
//! ```
//!
//! About 60 bytes a file. Nothing is ever taken out, because a batch that fails later is recognised by its state.

mod claim;
mod read;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use aep_core::{BatchId, Error, ErrorKind, Result, Settings};
use uuid::Uuid;

use super::{Hash, key, private};

pub(crate) use self::claim::Claim;

/// Contents that were sent into one dataset.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    /// Bytes of the file that were read.
    read: u64,
    /// The batch whose files follow there.
    batch: Option<(BatchId, Uuid, i64)>,
    /// Lines that make no sense: a machine that stopped may leave some.
    damaged: u64,
}

/// A content that was sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) content: Fingerprint,
    pub(crate) name: Box<str>,
    pub(crate) batch: BatchId,
    pub(crate) run: Uuid,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

/// What tells one content from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Fingerprint {
    pub(crate) size: u64,
    /// Bytes of its parts, 0 if it went whole: how the hash was made.
    pub(crate) chunk: u64,
    pub(crate) hash: Hash,
}

impl Ledger {
    /// The ledger of a dataset; there need not be one yet.
    pub(crate) fn of(ledgers: &Path, settings: &Settings, dataset: &aep_core::DatasetId) -> Self {
        let sandbox = settings.sandbox.as_ref().map_or("", |name| name.as_str());
        Self {
            path: ledgers.join(key(&[settings.org.as_str(), sandbox, dataset.as_str()])),
            read: 0,
            batch: None,
            damaged: 0,
        }
    }

    /// What was sent since this was asked last, of these sizes, by other runs. Blocks.
    pub(crate) fn news(&mut self, sizes: &HashSet<u64>, own: Uuid) -> Result<Vec<Entry>> {
        match File::open(&self.path) {
            Ok(file) => self
                .scan(file, sizes, own)
                .map_err(|error| self.failed(&error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Lines that could not be read so far.
    pub(crate) fn damaged(&self) -> u64 {
        self.damaged
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn failed(&self, error: &io::Error) -> Error {
        Error::new(ErrorKind::Io, "look up what was sent before")
            .with("ledger", self.path.display())
            .because(error.to_string())
            .hint("without it nobody knows what was sent before; make room, or name another directory with AEP_STATE_DIR")
    }

    fn lock(&self) -> Result<File> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        let open = || {
            private::directory(directory)?;
            let file = private::options()
                .read(true)
                .append(true)
                .create(true)
                .open(&self.path)?;
            file.lock()?;
            Ok(file)
        };
        open().map_err(|error| self.failed(&error))
    }
}
