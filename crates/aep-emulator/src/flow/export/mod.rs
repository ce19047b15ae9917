//! Datasets into files of a storage: plan, write, remember.
//!
//! A part of the export is a file of the lake. The plan with the names of all files is in the run's row before the first
//! is written, so that a run that was cut off writes the rest, and the one it was at again under the same name.

mod folder;
mod ledger;
mod plan;
mod report;
mod write;

use super::engine::work::Phase;
use super::runs::{self, Stop, Subject};
use crate::lake::Form;
use crate::routes::AppState;
use crate::state::StateError;

/// Takes an export run to its end.
pub(super) async fn run(state: &AppState, mut subject: Subject) -> Result<(), StateError> {
    let outcome = match steps(state, &mut subject).await {
        Ok(()) => {
            ledger::add(state, &subject).await?;
            report::written(state, &subject)
        }
        Err(Stop::State(error)) => return Err(error),
        Err(Stop::Failed(failure)) => {
            tracing::info!(run = subject.run, error = %failure.to_error(), "an export failed");
            report::failed(state, &subject, &failure)
        }
    };
    runs::end(state, &subject.sandbox, &subject.run, outcome).await
}

async fn steps(state: &AppState, subject: &mut Subject) -> Result<(), Stop> {
    let form = form_of(subject);
    if subject.work.phase == Phase::Scheduled {
        plan::run(state, subject, form).await?;
    }
    write::run(state, subject, form).await
}

/// `datasetFileType` and `compression`. JSON is only exported packed: with `NONE` too (emulator choice, for Adobe's
/// examples send it).
fn form_of(subject: &Subject) -> Form {
    let is = |key: &str, value: &str| {
        subject.target["params"][key]
            .as_str()
            .is_some_and(|given| given.eq_ignore_ascii_case(value))
    };
    if is("datasetFileType", "JSON") {
        Form::JsonGzip
    } else {
        Form::Parquet {
            gzip: is("compression", "GZIP"),
        }
    }
}
