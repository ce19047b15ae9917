//! The rows of a new run.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::work::{self, Work};
use crate::ids;
use crate::state::{StateError, Tx, kind};

/// What asked for a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Trigger {
    /// The flow's schedule, at this time (milliseconds).
    Schedule {
        /// The occurrence, which may lie in the past when the clock was moved.
        due: i64,
    },
    /// `POST /runs`, with its `params`.
    OnDemand {
        /// As sent; null when left out.
        params: Value,
    },
    /// `RE_TRIGGER` of a run.
    Retry {
        /// Id of that run.
        of: String,
    },
    /// An ad-hoc run of a dataset export.
    AdHoc {
        /// The datasets wanted; all of the flow's when empty.
        datasets: Vec<String>,
    },
}

/// An etag as Flow Service writes them, quotes included.
pub(crate) fn new_etag() -> String {
    let hex = ids::uuid();
    format!("\"{}-0000-0200-0000-{}\"", &hex[..8], &hex[8..16])
}

/// The document of a run that has not begun.
pub(crate) fn new_run(flow: &Value, now: i64) -> Value {
    let (id, etag) = (ids::dashed(), new_etag());
    let flow_id = flow["id"].as_str().unwrap_or_default();
    json!({
        "id": id,
        "createdAt": now,
        "updatedAt": now,
        "createdBy": flow["createdBy"],
        "updatedBy": flow["createdBy"],
        "createdClient": flow["createdClient"],
        "updatedClient": flow["createdClient"],
        "sandboxId": flow["sandboxId"],
        "sandboxName": flow["sandboxName"],
        "imsOrgId": flow["imsOrgId"],
        "flowId": flow_id,
        "flowSpec": flow["flowSpec"],
        "providerRefId": format!("M-{flow_id}-incremental-0:{}", ids::dashed()),
        "version": etag,
        "etag": etag,
        "metrics": {"statusSummary": {"status": "scheduled"}},
        "activities": [],
    })
}

pub(super) fn insert(
    tx: &Tx<'_>,
    sandbox: &str,
    flow: &Value,
    trigger: &Trigger,
    now: i64,
) -> Result<Value, StateError> {
    let mut run = new_run(flow, now);
    let id = run["id"].as_str().unwrap_or_default().to_owned();
    let flow_id = flow["id"].as_str().unwrap_or_default();
    match trigger {
        Trigger::OnDemand { params } if !params.is_null() => run["params"] = params.clone(),
        Trigger::Schedule { due } => run["params"] = json!({"startTime": due / 1000}),
        Trigger::Retry { of } => {
            run["predecessors"] =
                json!([{"flowId": flow_id, "flowRunId": of, "flowSpec": flow["flowSpec"]}]);
        }
        Trigger::OnDemand { .. } | Trigger::AdHoc { .. } => {}
    }
    tx.put(kind::RUN, sandbox, &id, flow_id, &run)?;
    work::store(tx, sandbox, &id, &Work::new(flow_id, trigger.clone()))?;
    Ok(run)
}
