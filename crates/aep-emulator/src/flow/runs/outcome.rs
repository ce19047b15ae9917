//! The end of a run.

use serde_json::{Value, json};

use crate::flow::engine::new_etag;
use crate::flow::engine::work::{self, Work};
use crate::routes::AppState;
use crate::state::{StateError, Tx, kind};

/// What a run leaves behind.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// `metrics` of the run.
    pub(crate) metrics: Value,
    /// `activities` of the run.
    pub(crate) activities: Value,
}

/// Writes the outcome into the run and the last of it into the flow.
pub(crate) async fn end(
    state: &AppState,
    sandbox: &str,
    run: &str,
    outcome: Outcome,
) -> Result<(), StateError> {
    let (sandbox, id, now) = (sandbox.to_owned(), run.to_owned(), state.clock.now_ms());
    state
        .store
        .write(move |tx| -> Result<(), StateError> {
            let Some(work) = work::open(tx, &sandbox, &id)? else {
                return Ok(());
            };
            let Some(mut run) = tx.get(kind::RUN, &sandbox, &id)? else {
                return work::forget(tx, &sandbox, &id);
            };
            let details = json!({
                "id": id,
                "state": outcome.metrics["statusSummary"]["status"],
                "startedAtUTC": outcome.metrics["durationSummary"]["startedAtUTC"],
                "completedAtUTC": outcome.metrics["durationSummary"]["completedAtUTC"],
            });
            run["metrics"] = outcome.metrics;
            run["activities"] = outcome.activities;
            touch(&mut run, now);
            tx.put(kind::RUN, &sandbox, &id, &work.flow, &run)?;
            if let Some(mut flow) = tx.get(kind::FLOW, &sandbox, &work.flow)? {
                flow["lastRunDetails"] = details;
                tx.put(kind::FLOW, &sandbox, &work.flow, "", &flow)?;
            }
            work::close(tx, &sandbox, &id, &work)
        })
        .await
}

/// The run is under way.
pub(crate) fn progress(
    tx: &Tx<'_>,
    sandbox: &str,
    id: &str,
    work: &Work,
    now: i64,
) -> Result<(), StateError> {
    let Some(mut run) = tx.get(kind::RUN, sandbox, id)? else {
        return Ok(());
    };
    run["metrics"] = json!({
        "durationSummary": {"startedAtUTC": work.started},
        "statusSummary": {"status": "inProgress"},
    });
    touch(&mut run, now);
    tx.put(kind::RUN, sandbox, id, &work.flow, &run)?;
    work::store(tx, sandbox, id, work)
}

/// A change of a run's document.
fn touch(run: &mut Value, now: i64) {
    let etag = new_etag();
    run["version"] = json!(etag);
    run["etag"] = json!(etag);
    run["updatedAt"] = json!(now);
}
