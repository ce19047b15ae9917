//! Files of a storage into a dataset: choose, copy, promote.
//!
//! Every step ends in a transaction that says so in the run's row. One that was cut off is done again, and finds what it
//! had done already.

mod copy;
mod inputs;
mod ledger;
mod promote;
mod report;
mod select;
mod shape;

pub(crate) use copy::mapping_of;

use super::engine::work::Phase;
use super::runs::{self, Stage, Stop, Subject};
use crate::routes::AppState;
use crate::state::StateError;

/// Takes an ingest run to its end.
pub(super) async fn run(state: &AppState, mut subject: Subject) -> Result<(), StateError> {
    let outcome = match steps(state, &mut subject).await {
        Ok(outcome) => outcome,
        Err(Stop::State(error)) => return Err(error),
        Err(Stop::Failed(failure)) => {
            tracing::info!(run = subject.run, error = %failure.to_error(), "a run failed");
            copy::undo(state, &subject, failure.stage == Stage::Copy).await?;
            report::failed(state, &subject, &failure)
        }
    };
    runs::end(state, &subject.sandbox, &subject.run, outcome).await
}

async fn steps(state: &AppState, subject: &mut Subject) -> Result<runs::Outcome, Stop> {
    if subject.work.phase == Phase::Scheduled {
        // Sources that are no files are told from the first step on.
        shape::Shape::read(&subject.source["data"])?;
        select::run(state, subject).await?;
    }
    if subject.work.files.is_empty() {
        return Ok(report::nothing(state, subject));
    }
    if subject.work.phase == Phase::Copying {
        copy::run(state, subject).await?;
    }
    let batches = promote::wait(state, subject).await?;
    Ok(report::promoted(state, subject, &batches))
}
