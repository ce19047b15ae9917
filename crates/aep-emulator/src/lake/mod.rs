//! The lake: what happens to a batch after it was completed.

mod cell;
mod check;
mod column;
mod compile;
mod convert;
mod datum;
mod diagnose;
mod fault;
pub(crate) mod format;
mod header;
mod promote;
mod read;
mod write;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::routes::{AppState, Job};

/// Works through completed batches until every sender is gone.
pub(crate) async fn run(_state: AppState, mut jobs: UnboundedReceiver<Job>) {
    while let Some(job) = jobs.recv().await {
        tracing::debug!(
            batch = job.batch,
            sandbox = job.sandbox,
            "a batch is waiting"
        );
    }
}
