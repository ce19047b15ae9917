//! The batches of a run, until the lake is done with them.

use std::time::Duration;

use serde_json::Value;

use crate::flow::runs::{Failure, Stop, Subject};
use crate::lake::status::Status;
use crate::routes::AppState;
use crate::state::{StateError, kind};

/// How long an end that nobody told about can stay unnoticed.
const LOOK: Duration = Duration::from_secs(1);

/// Waits until every batch is at its end, and answers them.
pub(super) async fn wait(state: &AppState, subject: &Subject) -> Result<Vec<Value>, Stop> {
    let mut ends = state.engine.batches();
    loop {
        ends.mark_unchanged();
        let (sandbox, ids) = (subject.sandbox.clone(), subject.work.batches.clone());
        let batches = state
            .store
            .read(move |tx| -> Result<Vec<Option<Value>>, StateError> {
                ids.iter()
                    .map(|id| tx.get(kind::BATCH, &sandbox, id))
                    .collect()
            })
            .await?;
        let Some(batches) = batches.into_iter().collect::<Option<Vec<Value>>>() else {
            return Err(Failure::promotion("404", "the batch is gone").into());
        };
        if batches.iter().all(is_at_end) {
            return Ok(batches);
        }
        let _ = tokio::time::timeout(LOOK, ends.changed()).await;
    }
}

fn is_at_end(batch: &Value) -> bool {
    matches!(
        Status::of(batch),
        None | Some(
            Status::Success
                | Status::Failure
                | Status::Aborted
                | Status::Abandoned
                | Status::Stalled
                | Status::Inactive
                | Status::Deleted
        )
    )
}
