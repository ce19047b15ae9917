//! Taking jobs away.

use aep_core::Result;
use uuid::Uuid;

use super::{Job, Jobs, journal, unusable};
use crate::batches::Batches;
use crate::{Batch, BatchStatus};

impl Jobs {
    /// Takes a job away: its journal and the files that were made for it. What is on the server stays as it is. Blocks.
    ///
    /// # Errors
    /// [`Conflict`](aep_core::ErrorKind::Conflict) while a process works on it, [`NotFound`](aep_core::ErrorKind::NotFound) if there is none.
    pub fn remove(&self, run: Uuid) -> Result<()> {
        let directory = self.directory(run);
        if !directory.is_dir() {
            return Err(journal::missing(run));
        }
        let _lock = journal::lock(&directory, run)?;
        std::fs::remove_dir_all(&directory)
            .or_else(|error| {
                if error.kind() == std::io::ErrorKind::NotFound {
                    Ok(())
                } else {
                    Err(error)
                }
            })
            .map_err(|error| unusable(&directory, "remove the job", &error))
    }
}

impl Batches {
    /// The batches of a job that are open on the server, also those whose ids the job never learned.
    ///
    /// # Errors
    /// What the platform refuses.
    pub async fn open_of(&self, job: &Job) -> Result<Vec<Batch>> {
        let mut open = Vec::new();
        for batch in &job.batches {
            let found = match (&batch.id, &batch.external_id) {
                (Some(id), _) => self.look(id).await?,
                (None, Some(external_id)) => self.find_made(external_id, &[]).await?,
                (None, None) => None,
            };
            open.extend(found.filter(|batch| batch.status == BatchStatus::Loading));
        }
        Ok(open)
    }
}
