//! What came of an upload.

use aep_core::{BatchId, DatasetId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Rejections;
use crate::batches::BatchError;
use crate::rejects::Rejected;
use crate::{Batch, BatchStatus};

/// What came of an upload. Serialises with the field names that scripts rely on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// Identifies this run; also the beginning of the batches' external ids.
    pub run_id: Uuid,
    /// Where the data went.
    pub dataset: DatasetRef,
    /// All batches together.
    pub status: ReportStatus,
    /// The batches that were made.
    pub batches: Vec<BatchReport>,
    /// Rows that were set aside, if any were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Rejected>,
    /// Files that were given; the batches say how many were sent, split or packed.
    pub input_files: u64,
    /// From the start to the end, in milliseconds.
    pub elapsed_ms: u64,
    /// What a person should know: skipped entries, followed links.
    #[serde(skip)]
    pub notes: Vec<String>,
    /// Rows that don't fit the schema and were sent all the same.
    #[serde(skip)]
    pub warnings: Rejections,
}

/// A dataset in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatasetRef {
    /// Its id.
    pub id: DatasetId,
    /// Its name.
    pub name: String,
}

/// What came of all batches together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportStatus {
    /// Every row is in the dataset.
    Success,
    /// Some rows, or the rows of some batches, are in the dataset.
    Partial,
    /// Nothing is in the dataset: the platform refused it.
    Failure,
    /// Nothing is in the dataset: it was given up.
    Aborted,
    /// The platform has all files; what comes of them was not waited for.
    Accepted,
    /// It stopped on the way and its batches are open: nothing of them is in the dataset yet, and it can be taken up again.
    Interrupted,
}

/// One batch of an upload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BatchReport {
    /// Its id.
    pub id: BatchId,
    /// Its last state that was seen.
    pub status: BatchStatus,
    /// Files that were uploaded into it.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Rows that the platform read; none if it does not say.
    pub records_read: Option<u64>,
    /// Rows that are in the dataset now.
    pub records_landed: Option<u64>,
    /// Rows that were refused.
    pub records_failed: Option<u64>,
    /// What went wrong.
    pub errors: Vec<BatchError>,
}

impl BatchReport {
    pub(super) fn begun(id: BatchId) -> Self {
        Self {
            id,
            status: BatchStatus::Loading,
            files: 0,
            bytes: 0,
            records_read: None,
            records_landed: None,
            records_failed: None,
            errors: Vec::new(),
        }
    }

    /// Takes over what the platform says about the batch. A batch that did not succeed has left no row behind.
    pub(super) fn finish(&mut self, batch: &Batch) {
        self.status = batch.status.clone();
        self.records_read = batch.metrics.records_read;
        self.records_failed = batch.metrics.records_failed;
        let nothing = batch.status.is_terminal() && !batch.status.is_success();
        self.records_landed = if nothing {
            Some(0)
        } else {
            batch.metrics.records_landed
        };
        self.errors.clone_from(&batch.errors);
    }

    /// Whether the platform refused rows of it, or all of it.
    pub(crate) fn lost_rows(&self) -> bool {
        self.records_failed.unwrap_or(0) > 0 || !self.errors.is_empty()
    }

    fn is_whole(&self) -> bool {
        self.status.is_success() && self.records_failed.unwrap_or(0) == 0
    }
}

impl ReportStatus {
    /// What the batches amount to.
    pub(super) fn of(batches: &[BatchReport]) -> Self {
        let any = |what: fn(&BatchReport) -> bool| batches.iter().any(what);
        let all = |what: fn(&BatchReport) -> bool| !batches.is_empty() && batches.iter().all(what);
        if any(|batch| batch.status == BatchStatus::Loading) {
            Self::Interrupted
        } else if all(BatchReport::is_whole) {
            Self::Success
        } else if any(|batch| batch.status.is_success()) {
            Self::Partial
        } else if any(|batch| !batch.status.is_terminal()) {
            Self::Accepted
        } else if any(|batch| batch.status == BatchStatus::Failure) {
            Self::Failure
        } else {
            Self::Aborted
        }
    }
}

impl ReportStatus {
    /// The same, if rows were set aside before anything was sent.
    pub(super) fn without(self, rejected: Option<&Rejected>) -> Self {
        match self {
            Self::Success if rejected.is_some() => Self::Partial,
            status => status,
        }
    }
}

impl Report {
    /// Whether every row is in the dataset, or at least every file was taken if nobody waited.
    pub fn is_complete(&self) -> bool {
        matches!(self.status, ReportStatus::Success | ReportStatus::Accepted)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn batch(status: &str, failed: Option<u64>) -> BatchReport {
        let mut report = BatchReport::begun(BatchId::new("b").unwrap());
        report.status = status.into();
        report.records_failed = failed;
        report
    }

    #[test]
    fn the_batches_amount_to_one_word() {
        use ReportStatus::{Aborted, Accepted, Failure, Interrupted, Partial, Success};
        for (batches, expected) in [
            (
                vec![batch("success", Some(0)), batch("active", None)],
                Success,
            ),
            (vec![batch("success", Some(1))], Partial),
            (
                vec![batch("success", None), batch("failure", None)],
                Partial,
            ),
            (
                vec![batch("failure", None), batch("aborted", None)],
                Failure,
            ),
            (
                vec![batch("loaded", None), batch("loading", None)],
                Interrupted,
            ),
            (
                vec![batch("loaded", None), batch("staging", None)],
                Accepted,
            ),
            (vec![batch("aborted", None)], Aborted),
            (vec![], Aborted),
        ] {
            assert_eq!(ReportStatus::of(&batches), expected);
        }
    }

    #[test]
    fn scripts_find_the_fields_they_know() {
        let report = Report {
            run_id: Uuid::nil(),
            dataset: DatasetRef {
                id: DatasetId::new("d").unwrap(),
                name: "Loyalty".into(),
            },
            status: ReportStatus::Success,
            batches: vec![batch("success", Some(0))],
            rejected: None,
            input_files: 1,
            elapsed_ms: 5,
            notes: vec!["a".into()],
            warnings: Rejections::default(),
        };
        assert_eq!(
            serde_json::to_value(&report).unwrap(),
            json!({"runId": "00000000-0000-0000-0000-000000000000", "dataset": {"id": "d", "name": "Loyalty"},
                "status": "success", "inputFiles": 1, "elapsedMs": 5,
                "batches": [{"id": "b", "status": "success", "files": 0, "bytes": 0, "recordsRead": null,
                    "recordsLanded": null, "recordsFailed": 0, "errors": []}]})
        );
    }
}
