//! Repeating and stopping runs.

use aep_core::{Error, Result};

use super::Runs;
use crate::ids::RunId;
use crate::model::Created;
use crate::verbs;
use crate::wire::{self, Kind};

impl Runs {
    /// Runs it again, for the files of its window only. The answer names the run that was made, which may be the same.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) or
    /// [`ErrorKind::Rejected`](aep_core::ErrorKind::Rejected) if its state does not allow it (code 1387), or the flow is not
    /// enabled (code 1388).
    pub async fn retry(&self, id: &RunId) -> Result<Created<RunId>> {
        verbs::action(
            &self.service,
            Kind::Run,
            id.as_str(),
            "re_trigger",
            RunId::new,
        )
        .await
    }

    /// Stops a run. No published document has the action: a platform that does not know it answers an error, and the run
    /// goes on. Disabling the flow keeps it from running again in any case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rejected`](aep_core::ErrorKind::Rejected) if the platform does not know the action, or the run is over.
    pub async fn cancel(&self, id: &RunId) -> Result<Created<RunId>> {
        let hint = |error: Error| match error.hint_text() {
            None => error
                .hint("disabling the flow keeps it from running again: `aep flow disable FLOW`"),
            Some(_) => error,
        };
        self.service.guard_writes().await?;
        let answer = wire::cancel_run(self.client(), id.as_str())
            .await
            .map_err(|error| hint(error.with("id", id)))?;
        Created::read(
            answer,
            "understand the answer to an action",
            RunId::new,
            Some(id.as_str()),
        )
    }
}
