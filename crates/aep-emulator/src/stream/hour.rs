//! Runs of streaming flows: one for every hour in which messages landed (emulator choice; the platform's are of an hour
//! too, but nobody has published when they begin).

use serde_json::{Value, json};

use super::sort::Sorted;
use crate::flow::engine::new_run;
use crate::state::{StateError, Tx, kind};

/// The run that is open for a flow; its id is the flow's.
const KIND: &str = "stream_run";

const HOUR: i64 = 3_600_000;

/// Adds a micro-batch to the run of this hour, which is made if there is none.
pub(super) fn count(
    tx: &Tx<'_>,
    sandbox: &str,
    flow: &str,
    sorted: &Sorted,
    now: i64,
) -> Result<(), StateError> {
    let Some(mut flow_doc) = tx.get(kind::FLOW, sandbox, flow)? else {
        return Ok(());
    };
    let hour = now.div_euclid(HOUR);
    let open = tx
        .get(KIND, sandbox, flow)?
        .filter(|open| open["hour"] == hour);
    let found = match open.as_ref().and_then(|open| open["run"].as_str()) {
        Some(run) => tx.get(kind::RUN, sandbox, run)?,
        None => None,
    };
    let mut run = found.unwrap_or_else(|| new_run(&flow_doc, now));
    let id = run["id"].as_str().unwrap_or_default().to_owned();
    let before = run["metrics"].take();
    let sum =
        |path: &str, more: u64| before.pointer(path).and_then(Value::as_u64).unwrap_or(0) + more;
    let started = before["durationSummary"]["startedAtUTC"].as_i64();
    let bytes = (sorted.good.len() + sorted.bad.len()) as u64;
    let (read, landed) = (sorted.landed + sorted.failed, sorted.landed);
    run["metrics"] = json!({
        "durationSummary": {"startedAtUTC": started.unwrap_or(now), "completedAtUTC": now},
        "sizeSummary": {
            "inputBytes": sum("/sizeSummary/inputBytes", bytes),
            "outputBytes": sum("/sizeSummary/outputBytes", sorted.good.len() as u64),
        },
        "recordSummary": {
            "inputRecordCount": sum("/recordSummary/inputRecordCount", read),
            "createdRecordCount": sum("/recordSummary/createdRecordCount", landed),
            "outputRecordCount": sum("/recordSummary/outputRecordCount", landed),
            "failedRecordCount": sum("/recordSummary/failedRecordCount", sorted.failed),
        },
        "statusSummary": {"status": "success"},
    });
    run["updatedAt"] = json!(now);
    tx.put(kind::RUN, sandbox, &id, flow, &run)?;
    tx.put(KIND, sandbox, flow, "", &json!({"hour": hour, "run": id}))?;
    flow_doc["lastRunDetails"] = json!({
        "id": id,
        "state": "success",
        "startedAtUTC": run["metrics"]["durationSummary"]["startedAtUTC"],
        "completedAtUTC": now,
    });
    tx.put(kind::FLOW, sandbox, flow, "", &flow_doc)
}
