//! The batch as Catalog and the import service describe it.

use aep_core::{BatchId, DatasetId, Error, ErrorKind, Result};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::BatchStatus;
use crate::wire::{Object, number, text};

/// A batch. Serialises as the object that the service gave, with the service's own field names.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// Its state.
    pub status: BatchStatus,
    /// The dataset that it belongs to.
    pub dataset: Option<DatasetId>,
    /// The id that the client gave it.
    pub external_id: Option<String>,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<u64>,
    /// When processing began, in milliseconds since 1970.
    pub started: Option<u64>,
    /// When processing ended, in milliseconds since 1970.
    pub completed: Option<u64>,
    /// When it changed last, in milliseconds since 1970.
    pub updated: Option<u64>,
    /// The format that its files have, as it is written on the wire.
    pub format: Option<String>,
    /// What went wrong. A batch can succeed and have errors, if partial ingestion is on.
    pub errors: Vec<BatchError>,
    /// What was counted; everything is missing on a batch that never succeeded.
    pub metrics: Metrics,
    raw: Object,
}

/// One entry of a batch's `errors`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchError {
    /// The code, see [`explain`](super::explain).
    pub code: String,
    /// The service's text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Rows that it concerns, single numbers or ranges `a-b`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<String>,
    /// Number of rows; only with error diagnostics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_count: Option<u64>,
}

/// What was counted while a batch was processed. The names on the wire have changed over the years; all are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Rows in the files.
    pub records_read: Option<u64>,
    /// Rows that are in the dataset now.
    pub records_landed: Option<u64>,
    /// Rows that were refused.
    pub records_failed: Option<u64>,
    /// Bytes of the files.
    pub input_bytes: Option<u64>,
    /// Number of files.
    pub input_files: Option<u64>,
    /// Bytes in the dataset.
    pub output_bytes: Option<u64>,
    /// Files in the dataset.
    pub output_files: Option<u64>,
}

impl Metrics {
    fn read(raw: &Object) -> Self {
        let empty = Object::new();
        let metrics = raw
            .get("metrics")
            .and_then(Value::as_object)
            .unwrap_or(&empty);
        let any = |keys: &[&str]| keys.iter().find_map(|key| number(metrics, key));
        let read = any(&["inputRecordCount", "recordsRead"]);
        let landed = any(&["outputRecordCount", "recordsWritten"]);
        Self {
            records_read: read.or_else(|| number(raw, "recordCount").filter(|count| *count > 0)),
            records_landed: landed,
            records_failed: any(&["failedRecordCount", "recordsFailed", "invalidRecordCount"])
                .or_else(|| number(raw, "failedRecordCount"))
                .or_else(|| Some(read?.saturating_sub(landed?))),
            input_bytes: any(&["inputByteSize"]).or_else(|| number(raw, "size")),
            input_files: any(&["inputFileCount"]),
            output_bytes: any(&["outputByteSize"]),
            output_files: any(&["outputFileCount"]),
        }
    }
}

impl Batch {
    /// Reads a batch; `key` is the id under which Catalog lists it, for older answers whose object has none.
    pub(crate) fn read(key: Option<&str>, value: Value) -> Result<Self> {
        let unreadable = |why: &'static str| {
            Error::new(ErrorKind::Protocol, "understand a batch")
                .with("batch", key.unwrap_or_default())
                .because(why)
        };
        let Value::Object(mut raw) = value else {
            return Err(unreadable("it is not an object"));
        };
        if let (false, Some(key)) = (raw.contains_key("id"), key) {
            raw.shift_insert(0, "id".to_owned(), Value::from(key));
        }
        let id = text(&raw, "id").ok_or_else(|| unreadable("it has no id"))?;
        let status = raw
            .get("status")
            .and_then(Value::as_str)
            .unwrap_or("unknown");
        let related = raw.get("relatedObjects").and_then(Value::as_array);
        let dataset = related
            .into_iter()
            .flatten()
            .find(|object| {
                object["type"]
                    .as_str()
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("dataSet"))
            })
            .and_then(|object| object["id"].as_str())
            .and_then(|id| DatasetId::new(id).ok());
        Ok(Self {
            id: BatchId::new(id)?,
            status: status.into(),
            dataset,
            external_id: text(&raw, "externalId"),
            created: number(&raw, "created").filter(|at| *at > 0),
            started: number(&raw, "started"),
            completed: number(&raw, "completed"),
            updated: number(&raw, "updated").filter(|at| *at > 0),
            format: raw
                .get("inputFormat")
                .and_then(|format| format["format"].as_str())
                .map(str::to_owned),
            errors: errors(&raw),
            metrics: Metrics::read(&raw),
            raw,
        })
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &serde_json::Map<String, Value> {
        &self.raw
    }

    /// The batches that this one replaces: when it succeeded, they became inactive.
    pub fn predecessors(&self) -> Vec<BatchId> {
        let replay = self.raw.get("replay");
        let list = replay.and_then(|replay| replay["predecessors"].as_array());
        list.into_iter()
            .flatten()
            .filter_map(|id| BatchId::new(id.as_str()?).ok())
            .collect()
    }

    /// Text of a stalled or retrying batch, from the tag `acp_stallDetail`.
    pub fn stall_detail(&self) -> Option<String> {
        let detail = self.raw.get("tags")?.get("acp_stallDetail")?.as_array()?;
        let words: Vec<&str> = detail.iter().filter_map(Value::as_str).collect();
        (!words.is_empty()).then(|| words.join(": "))
    }
}

fn errors(raw: &Object) -> Vec<BatchError> {
    let list = raw.get("errors").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .map(|error| BatchError {
            code: text(error, "code").unwrap_or_default(),
            description: text(error, "description").unwrap_or_default(),
            rows: error
                .get("rows")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(|row| row.as_str().map_or_else(|| row.to_string(), str::to_owned))
                .collect(),
            record_count: number(error, "recordCount"),
        })
        .collect()
}

impl Serialize for Batch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_processed_batch_is_read_in_full() {
        let value = json!({"id": "01KQ", "externalId": "mine", "status": "success", "created": 1_767_225_600_000_u64,
            "started": 1_767_225_721_338_u64, "completed": 1_767_225_724_026_u64,
            "inputFormat": {"format": "json"}, "relatedObjects": [{"type": "dataSet", "id": "635865d23b3f261ba5a8589b"}],
            "tags": {"acp_enableErrorDiagnostics": true, "acp_partialIngestionPercent": 5},
            "metrics": {"inputByteSize": 568, "inputFileCount": 4, "inputRecordCount": "519", "outputRecordCount": 514},
            "errors": [{"code": "INGEST-1212-400", "description": "some", "recordCount": 5, "rows": ["13-26", 3]}]});
        let batch = Batch::read(Some("01KQ"), value.clone()).unwrap();
        assert_eq!(batch.status, BatchStatus::Success);
        assert_eq!(
            batch.dataset.as_ref().unwrap().as_str(),
            "635865d23b3f261ba5a8589b"
        );
        assert_eq!(batch.metrics.records_read, Some(519));
        assert_eq!(batch.metrics.records_failed, Some(5));
        assert_eq!(batch.errors[0].rows, ["13-26", "3"]);
        assert_eq!(serde_json::to_value(&batch).unwrap(), value);
    }

    #[test]
    fn the_key_is_the_id_of_an_object_without_one() {
        let batch = Batch::read(Some("b1"), json!({"status": "loading", "created": 0})).unwrap();
        assert_eq!((batch.id.as_str(), batch.created), ("b1", None));
        assert_eq!(batch.raw()["id"], "b1");
    }

    #[test]
    fn nonsense_is_a_protocol_error() {
        assert_eq!(
            Batch::read(None, json!({})).unwrap_err().kind(),
            ErrorKind::Protocol
        );
        assert_eq!(
            Batch::read(Some("a"), json!([])).unwrap_err().kind(),
            ErrorKind::Protocol
        );
    }
}
