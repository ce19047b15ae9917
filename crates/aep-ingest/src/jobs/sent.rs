//! What a batch was made of.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use aep_core::{BatchId, Result};
use memchr::memmem::Finder;
use uuid::Uuid;

use super::{Jobs, SPOOL, journal};
use crate::format::Format;
use crate::plan::PlannedFile;

/// A batch that a run of this machine has sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SentBatch {
    pub(crate) run: Uuid,
    pub(crate) format: Format,
    /// Its files in the order of their names; none if no row of it had failed when the run ended.
    pub(crate) files: Vec<PlannedFile>,
    /// Where files were that were made for the run.
    pub(crate) spool: PathBuf,
}

impl Jobs {
    /// What a batch was made of, if a run of this machine has sent it. Blocks.
    ///
    /// # Errors
    /// [`Io`](aep_core::ErrorKind::Io) if the directory can't be read. Jobs that can't be read are passed over.
    pub(crate) fn sent(&self, id: &BatchId) -> Result<Option<SentBatch>> {
        for run in self.ids()? {
            let directory = self.directory(run);
            if !mentions(&directory.join(journal::JOURNAL), id) {
                continue;
            }
            let Ok(state) = journal::look(&directory, run) else {
                continue;
            };
            let at = state.batches.iter().position(|batch| {
                let outcome = batch.outcome.as_ref().map(|outcome| &outcome.id);
                batch.id.as_ref().or(outcome) == Some(id)
            });
            let Some(planned) = at.and_then(|at| state.plan.batches.into_iter().nth(at)) else {
                continue;
            };
            let mut files = planned.files;
            for file in &mut files {
                file.content.below(&state.header.directory);
            }
            return Ok(Some(SentBatch {
                run,
                format: planned.format,
                files,
                spool: directory.join(SPOOL),
            }));
        }
        Ok(None)
    }
}

/// Whether a journal has this id in it: most don't, and need not be understood.
fn mentions(journal: &Path, id: &BatchId) -> bool {
    let Ok(file) = File::open(journal) else {
        return false;
    };
    let finder = Finder::new(id.as_str());
    let mut journal = BufReader::new(file);
    let mut line = Vec::new();
    while matches!(journal.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        if finder.find(&line).is_some() {
            return true;
        }
        line.clear();
    }
    false
}
