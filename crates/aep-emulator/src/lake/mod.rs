//! The lake: what happens to a batch after it was completed.

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
