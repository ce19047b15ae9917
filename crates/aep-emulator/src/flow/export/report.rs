//! What an export run tells, in the published form of destination runs.

use serde_json::{Value, json};

use crate::flow::runs::{Failure, Outcome, Subject};
use crate::routes::AppState;

/// The published code of an export that failed.
const FAILED: &str = "ACTIVATION_BATCH-0000-FAILED";

/// Id of the one activity.
const ACTIVITY: &str = "publisherActivity";

/// A run whose files are all there.
pub(super) fn written(state: &AppState, subject: &Subject) -> Outcome {
    let now = state.clock.now_ms();
    let work = &subject.work;
    let rows: u64 = work.parts.iter().map(|part| part.records).sum();
    let bytes: u64 = work.parts.iter().filter_map(|part| part.written).sum();
    let durations = json!({"startedAtUTC": work.started, "completedAtUTC": now});
    let records = json!({
        "inputRecordCount": rows,
        "createdRecordCount": rows,
        "outputRecordCount": rows,
        "skippedRecordCount": 0,
        "failedRecordCount": 0,
        "sourceSummaries": [{
            "id": subject.source["id"],
            "inputRecordCount": rows,
            "skippedRecordCount": 0,
            "entitySummaries": entities(subject, "inputRecordCount"),
        }],
        "targetSummaries": [{
            "id": subject.target["id"],
            "createdRecordCount": rows,
            "outputRecordCount": rows,
            "entitySummaries": entities(subject, "outputRecordCount"),
        }],
    });
    let infos: Vec<Value> = work
        .parts
        .iter()
        .map(|part| json!({"path": part.key, "outputBytes": part.written}))
        .collect();
    let files = json!({
        "inputFileCount": work.parts.len(),
        "outputFileCount": work.parts.len(),
        "manifest": {"fileInfo": infos},
    });
    let sizes = json!({"inputBytes": bytes, "outputBytes": bytes});
    Outcome {
        metrics: json!({
            "durationSummary": durations,
            "sizeSummary": sizes,
            "recordSummary": records,
            "fileSummary": files,
            "statusSummary": {"status": "success", "activityRefs": [ACTIVITY]},
        }),
        activities: json!([{
            "id": ACTIVITY,
            "name": "Activation Batch Publisher Activity",
            "updatedAtUTC": now,
            "durationSummary": durations,
            "latencySummary": {},
            "sizeSummary": sizes,
            "recordSummary": {
                "inputRecordCount": rows,
                "createdRecordCount": rows,
                "outputRecordCount": rows,
                "skippedRecordCount": 0,
            },
            "fileSummary": {"inputFileCount": work.parts.len(), "outputFileCount": work.parts.len()},
            "statusSummary": {"status": "success", "extensions": {}},
        }]),
    }
}

/// Rows of each dataset.
fn entities(subject: &Subject, count: &str) -> Vec<Value> {
    let mut rows: Vec<(&str, u64)> = Vec::new();
    for part in &subject.work.parts {
        match rows
            .iter_mut()
            .find(|(dataset, _)| *dataset == part.dataset)
        {
            Some((_, sum)) => *sum += part.records,
            None => rows.push((&part.dataset, part.records)),
        }
    }
    rows.into_iter()
        .map(|(dataset, sum)| {
            let mut entity = json!({"id": format!("dataset:{dataset}")});
            entity[count] = json!(sum);
            entity
        })
        .collect()
}

/// A run that could not write its files.
pub(super) fn failed(state: &AppState, subject: &Subject, failure: &Failure) -> Outcome {
    let now = state.clock.now_ms();
    let started = match subject.work.started {
        0 => now,
        started => started,
    };
    let durations = json!({"startedAtUTC": started, "completedAtUTC": now});
    let why = failure.causes.first().map(|cause| cause["message"].clone());
    let errors = json!([{"code": FAILED, "message": why}]);
    Outcome {
        metrics: json!({
            "durationSummary": durations,
            "sizeSummary": {"inputBytes": -1, "outputBytes": -1},
            "recordSummary": {"failedInfo": errors},
            "fileSummary": {"inputFileCount": subject.work.parts.len()},
            "statusSummary": {"status": "failed", "errors": errors, "activityRefs": [ACTIVITY]},
        }),
        activities: json!([{
            "id": ACTIVITY,
            "name": "Activation Batch Publisher Activity",
            "updatedAtUTC": now,
            "durationSummary": durations,
            "latencySummary": {},
            "sizeSummary": {},
            "recordSummary": {"failedInfo": errors},
            "fileSummary": {},
            "statusSummary": {
                "status": "failed",
                "errors": errors,
                "extensions": {"errors": failure.causes},
            },
        }]),
    }
}
