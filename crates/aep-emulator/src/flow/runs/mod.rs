//! What a run does, from its first row to its last.

mod failure;
mod outcome;
mod subject;

use serde_json::json;

pub(super) use failure::{Failure, Stage, Stop};
pub(super) use outcome::{Outcome, end, progress};
pub(super) use subject::{Kind, Subject};

use super::{export, ingest};
use crate::routes::AppState;
use crate::state::StateError;

/// Takes a run as far as it can go. Nothing happens when it is not there any more.
pub(super) async fn carry_out(
    state: &AppState,
    sandbox: &str,
    run: &str,
) -> Result<(), StateError> {
    let Some(subject) = Subject::load(state, sandbox, run).await? else {
        return Ok(());
    };
    match subject.kind() {
        Kind::Ingest => ingest::run(state, subject).await,
        Kind::Export => export::run(state, subject).await,
        Kind::Other(why) => give_up(state, sandbox, run, &why).await,
    }
}

/// Ends a run for a reason that is not the data's.
pub(super) async fn give_up(
    state: &AppState,
    sandbox: &str,
    run: &str,
    why: &str,
) -> Result<(), StateError> {
    let now = state.clock.now_ms();
    let outcome = Outcome {
        metrics: json!({
            "durationSummary": {"startedAtUTC": now, "completedAtUTC": now},
            "sizeSummary": {"inputBytes": -1, "outputBytes": -1},
            "statusSummary": {
                "status": "failed",
                "errors": [{"code": failure::PROCESSING, "message": why}],
            },
        }),
        activities: json!([]),
    };
    end(state, sandbox, run, outcome).await
}
