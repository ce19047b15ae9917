//! The worker: one batch from `loaded` to its end, step by step.
//!
//! Each step ends in one transaction that first looks whether the batch is still where the step began. So a step may be
//! cut off anywhere and run again, and two runs of the same step do no harm: files written by a step that did not get to
//! its transaction are named by nothing, and swept.

mod finish;
mod remove;
mod stage;
mod verdict;

use std::time::Duration;

use tokio::sync::Semaphore;

use super::status::{self, Status};
use crate::config::Processing;
use crate::routes::{AppState, Job};
use crate::state::{StateError, kind};

pub(super) use verdict::Verdict;

/// Name of the kind under which a staged batch's [`Verdict`] waits for its last step.
pub(super) const PROMOTION: &str = "promotion";

/// Takes a batch as far as it can go.
pub(super) async fn batch(state: &AppState, job: &Job, gate: &Semaphore) {
    loop {
        match step(state, job, gate).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::error!(
                    batch = job.batch,
                    error = &error as &dyn std::error::Error,
                    "a batch could not be processed"
                );
                return;
            }
        }
    }
}

/// One step; `false` when there is nothing more to do.
async fn step(state: &AppState, job: &Job, gate: &Semaphore) -> Result<bool, StateError> {
    let (sandbox, id) = (job.sandbox.clone(), job.batch.clone());
    let found = state
        .store
        .read(move |tx| tx.get(kind::BATCH, &sandbox, &id))
        .await?;
    let Some(batch) = found else { return Ok(false) };
    let Some(status) = Status::of(&batch).filter(|status| status.is_unfinished(&batch)) else {
        return Ok(false);
    };
    if let Processing::Stepwise { step } = state.config.processing {
        // From the last change on, so that time that passes before this task gets to run counts too.
        let since = state.clock.now_ms() - batch["updated"].as_i64().unwrap_or_default();
        let passed = Duration::from_millis(u64::try_from(since).unwrap_or_default());
        state.clock.sleep(step.saturating_sub(passed)).await;
    }
    tracing::debug!(
        batch = job.batch,
        status = status.name(),
        "next step of a batch"
    );
    match status {
        Status::Loaded => begin(state, job).await,
        Status::Staging => {
            let Ok(_permit) = gate.acquire().await else {
                return Ok(false);
            };
            stage::run(state, job, batch).await
        }
        Status::Staged => finish::run(state, job).await,
        _ => remove::run(state, job).await,
    }
}

async fn begin(state: &AppState, job: &Job) -> Result<bool, StateError> {
    let (sandbox, id, now) = (job.sandbox.clone(), job.batch.clone(), state.clock.now_ms());
    state
        .store
        .write(move |tx| {
            let Some(mut batch) = tx.get(kind::BATCH, &sandbox, &id)? else {
                return Ok(false);
            };
            let moved = status::advance(&mut batch, Status::Staging, now);
            if moved {
                status::store(tx, &sandbox, &batch)?;
            }
            Ok(moved)
        })
        .await
}

/// Removes blobs that nothing names any more. What can't be removed now is swept at the next start.
fn discard<'a>(state: &AppState, blobs: impl IntoIterator<Item = &'a str>) {
    for blob in blobs {
        if let Err(error) = state.store.files().remove(blob) {
            tracing::warn!(blob, %error, "a file could not be removed");
        }
    }
}
