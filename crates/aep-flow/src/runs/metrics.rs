//! What was counted while a flow ran.

use serde::Serialize;
use serde_json::Value;

use crate::json::{Object, as_number, as_text, at, text};

/// What was counted. Everything is missing until the platform has counted it, and a number that it does not know, which it
/// writes as -1, is missing too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunMetrics {
    /// When the run began, in milliseconds since 1970.
    pub started: Option<u64>,
    /// When it ended, in milliseconds since 1970.
    pub completed: Option<u64>,
    /// Bytes read.
    pub input_bytes: Option<u64>,
    /// Bytes written.
    pub output_bytes: Option<u64>,
    /// Rows read.
    pub input_records: Option<u64>,
    /// Rows written.
    pub output_records: Option<u64>,
    /// Rows that were new.
    pub created_records: Option<u64>,
    /// Rows that replaced others.
    pub updated_records: Option<u64>,
    /// Rows left out on purpose.
    pub skipped_records: Option<u64>,
    /// Rows refused.
    pub failed_records: Option<u64>,
    /// Rows taken away.
    pub deleted_records: Option<u64>,
    /// Rows with a warning.
    pub warning_records: Option<u64>,
    /// Files read.
    pub input_files: Option<u64>,
    /// Files written.
    pub output_files: Option<u64>,
    /// Files left out.
    pub skipped_files: Option<u64>,
    /// Files refused.
    pub failed_files: Option<u64>,
}

/// One entry of a run's errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunError {
    /// The code: `CONNECTOR-2001-500`, or the code of a batch error such as `133`.
    pub code: String,
    /// The service's text.
    pub message: String,
    /// The part of the run that it belongs to, if it is one of its activities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
}

/// Times below this are seconds, one of the published samples has them: in milliseconds they would lie in 1973.
const SECONDS_BELOW: u64 = 100_000_000_000;

fn milliseconds(value: u64) -> Option<u64> {
    match value {
        0 => None,
        seconds if seconds < SECONDS_BELOW => Some(seconds * 1_000),
        value => Some(value),
    }
}

impl RunMetrics {
    /// Reads the `metrics` of a run, or the summaries of one of its activities.
    pub(crate) fn read(metrics: &Object) -> Self {
        let get = |summary: &str, key: &str| at(metrics, &[summary, key]).and_then(as_number);
        let duration = |key: &str| get("durationSummary", key).and_then(milliseconds);
        let size = |key: &str| get("sizeSummary", key);
        let record = |key: &str| get("recordSummary", key);
        let file = |key: &str| get("fileSummary", key);
        Self {
            started: duration("startedAtUTC"),
            completed: duration("completedAtUTC"),
            input_bytes: size("inputBytes"),
            output_bytes: size("outputBytes"),
            input_records: record("inputRecordCount"),
            output_records: record("outputRecordCount"),
            created_records: record("createdRecordCount"),
            updated_records: record("updatedRecordCount"),
            skipped_records: record("skippedRecordCount"),
            failed_records: record("failedRecordCount"),
            deleted_records: record("deletedRecordCount"),
            warning_records: record("warningRecordCount"),
            input_files: file("inputFileCount"),
            output_files: file("outputFileCount"),
            skipped_files: file("skippedFileCount"),
            failed_files: file("failedFileCount"),
        }
    }

    /// How long the run took, in milliseconds.
    pub fn elapsed_ms(&self) -> Option<u64> {
        Some(self.completed?.saturating_sub(self.started?))
    }
}

/// The errors in a `statusSummary`, those of its extensions included.
pub(crate) fn errors(summary: &Value, activity: Option<&str>) -> Vec<RunError> {
    let lists = [&summary["errors"], &summary["extensions"]["errors"]];
    let entries = lists.into_iter().filter_map(Value::as_array).flatten();
    entries
        .filter_map(Value::as_object)
        .map(|error| RunError {
            code: text(error, "code").unwrap_or_default(),
            message: text(error, "message")
                .or_else(|| text(error, "description"))
                .unwrap_or_default(),
            activity: activity.map(str::to_owned),
        })
        .collect()
}

/// The ids of the batches that a run made. They stand in three places: links to the files of a batch, manifests written as
/// text, and references of type `Batch`.
pub(crate) fn batches(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            for rest in text.split("/batches/").skip(1) {
                let id: String = rest
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
                    .collect();
                push(id, found);
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| batches(entry, found)),
        Value::Object(object) => {
            let batch = text(object, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("batch"));
            if let Some(ids) = object
                .get("ids")
                .and_then(Value::as_array)
                .filter(|_| batch)
            {
                for id in ids.iter().filter_map(as_text) {
                    push(id, found);
                }
            }
            object.values().for_each(|value| batches(value, found));
        }
        _ => {}
    }
}

fn push(id: String, found: &mut Vec<String>) {
    if !id.is_empty() && !found.contains(&id) {
        found.push(id);
    }
}
