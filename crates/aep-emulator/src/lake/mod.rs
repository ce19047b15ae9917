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
mod observe;
pub(crate) mod preview;
mod process;
mod promote;
mod read;
pub(crate) mod status;
mod stream;
mod take_out;
mod write;

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod parquet_in;
#[cfg(test)]
mod testing;

pub(crate) use datum::Datum;
pub(crate) use stream::{Checker, object_of};
pub(crate) use take_out::{Form, take_out};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

use crate::routes::{AppState, Job};
use crate::state::{StateError, kind};

/// Batches worked on at the same time.
const AT_ONCE: usize = 2;

/// Works through completed batches until every sender is gone. What a killed process left unfinished comes first.
pub(crate) async fn run(state: AppState, mut jobs: UnboundedReceiver<Job>) {
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    // Dropped with this future, and the tasks with it.
    let mut tasks = JoinSet::new();
    let start = |tasks: &mut JoinSet<()>, job: Job| {
        let (state, gate) = (state.clone(), gate.clone());
        tasks.spawn(async move { process::batch(&state, &job, &gate).await });
    };
    match unfinished(&state).await {
        Ok(left) => left.into_iter().for_each(|job| start(&mut tasks, job)),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "unfinished batches could not be listed"
            );
        }
    }
    while let Some(job) = jobs.recv().await {
        start(&mut tasks, job);
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}

async fn unfinished(state: &AppState) -> Result<Vec<Job>, StateError> {
    state
        .store
        .read(|tx| {
            let batches = tx.list_everywhere(kind::BATCH)?;
            let open = batches.into_iter().filter(|(_, _, doc)| {
                status::Status::of(doc).is_some_and(|status| status.is_unfinished(doc))
            });
            Ok(open
                .map(|(sandbox, batch, _)| Job { sandbox, batch })
                .collect())
        })
        .await
}
