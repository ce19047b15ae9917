//! What can be done to a batch as a whole.

use aep_core::{BatchId, Error, ErrorKind, Result};

use super::{Batch, BatchStatus, Batches};
use crate::wire::import::{self, Action};

impl Batches {
    /// Says that all files are there: the platform begins to process the batch. Accepted is not ingested, see
    /// [`Batches::wait`]. Safe to repeat.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] if the batch is over already and did not succeed.
    pub async fn complete(&self, id: &BatchId) -> Result<()> {
        let done = |status: &BatchStatus| !matches!(status, BatchStatus::Loading) && !gone(status);
        self.act(id, Action::Complete, done).await
    }

    /// Gives the batch up; nothing of it will be in the dataset. Possible until it is finalized, but not while it is
    /// `loaded`.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] if its state does not allow it.
    pub async fn abort(&self, id: &BatchId) -> Result<()> {
        self.act(id, Action::Abort, |status| *status == BatchStatus::Aborted)
            .await
    }

    /// Declares the batch a failure.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] if its state does not allow it.
    pub async fn fail(&self, id: &BatchId) -> Result<()> {
        self.act(id, Action::Fail, |status| *status == BatchStatus::Failure)
            .await
    }

    /// Takes the data of a successful batch out of the dataset again: it is hidden at once and removed later.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] if the batch is not a success.
    pub async fn revert(&self, id: &BatchId) -> Result<()> {
        self.act(id, Action::Revert, |status| {
            matches!(status, BatchStatus::Inactive | BatchStatus::Deleted)
        })
        .await
    }

    /// Undoes the batch, whatever its state asks for: a success is reverted, one in progress aborted. One that failed or
    /// was given up has left nothing behind, one that was reverted is gone already. Answers its state afterwards.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] while the batch is `loaded` or `stalled`, when neither is possible.
    pub async fn delete(&self, id: &BatchId) -> Result<Batch> {
        let batch = self.get(id).await?;
        match &batch.status {
            status if status.is_success() => self.revert(id).await?,
            status
                if gone(status)
                    || matches!(status, BatchStatus::Inactive | BatchStatus::Deleted) =>
            {
                return Ok(batch);
            }
            _ => self.abort(id).await?,
        }
        self.get(id).await
    }

    /// Carries out an action. The state decides whether a refusal or a lost answer means that it was carried out before.
    async fn act(
        &self,
        id: &BatchId,
        action: Action,
        done: impl Fn(&BatchStatus) -> bool,
    ) -> Result<()> {
        self.ingest.guard().await?;
        let Err(error) = import::action(self.client(), id, action).await else {
            return Ok(());
        };
        // after the last repeat of a call nobody knows whether one of them was carried out
        let open = matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Unavailable);
        if !open && !error.outcome_is_unknown() {
            return Err(error);
        }
        match self.look(id).await {
            Ok(Some(batch)) if done(&batch.status) => Ok(()),
            Ok(Some(batch)) => Err(state(error, &batch, action)),
            Ok(None) => Err(super::get::missing(id)),
            Err(_) => Err(error),
        }
    }
}

/// Nothing of the batch is in the dataset, and nothing will be.
fn gone(status: &BatchStatus) -> bool {
    matches!(
        status,
        BatchStatus::Failure | BatchStatus::Aborted | BatchStatus::Abandoned
    )
}

fn state(error: Error, batch: &Batch, action: Action) -> Error {
    let error = error.with("status", &batch.status);
    match (&batch.status, action) {
        (BatchStatus::Loaded, Action::Abort) => {
            error.hint("a batch that was just completed can be aborted once its processing begins")
        }
        (status, Action::Abort) if status.is_success() => {
            error.hint("the data is in the dataset already: revert it")
        }
        (BatchStatus::Loading, Action::Revert) => error.hint("the batch is still open: abort it"),
        (status, _) => error.hint(format!("the batch is {status}: {}", status.meaning())),
    }
}
