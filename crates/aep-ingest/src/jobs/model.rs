//! A job as it is shown.

use aep_core::{BatchId, Error, ErrorKind};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::state::State;
use crate::BatchStatus;
use crate::upload::{DatasetRef, ReportStatus};

/// What is said of a run that never came to its plan.
pub(crate) const UNPLANNED: &str =
    "it was interrupted before its plan was written: nothing was sent";

/// A run that was written down.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Job {
    /// The run.
    pub run_id: Uuid,
    /// Where it is.
    pub state: JobState,
    /// The dataset that it sends to; none if its journal can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset: Option<DatasetRef>,
    /// The organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
    /// The sandbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<String>,
    /// The batches that were asked for.
    pub batches: Vec<JobBatch>,
    /// Files in the plan; of a run that is over, files that were sent.
    pub files: u64,
    /// Files that the server has.
    pub files_sent: u64,
    /// Bytes in the plan; of a run that is over, bytes that were sent.
    pub bytes: u64,
    /// Bytes of the files that the server has.
    pub bytes_sent: u64,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When something was written down last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// What went wrong, if it ended so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A batch of a job, as far as the job knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct JobBatch {
    /// Its id; none if the answer to its creation was lost.
    pub id: Option<BatchId>,
    /// The id that it was asked for with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Its state, as the job saw it last; the platform may be further.
    pub status: BatchStatus,
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum JobState {
    /// A process works on it.
    Running,
    /// Nobody works on it, and something is left to be sent: it can be taken up again.
    Interrupted,
    /// The platform has everything; what came of it was not waited for, and can be asked.
    Accepted,
    /// Over: every row is in the dataset.
    Success,
    /// Over: some rows, or the rows of some batches, are in the dataset.
    Partial,
    /// Over: the platform refused it.
    Failure,
    /// Over: it was given up, nothing is in the dataset.
    Aborted,
    /// Its journal can't be read.
    Damaged,
}

impl JobState {
    /// Whether nothing is left to do.
    pub fn is_over(self) -> bool {
        matches!(
            self,
            Self::Success | Self::Partial | Self::Failure | Self::Aborted
        )
    }

    /// Whether it can be taken up again.
    pub fn is_resumable(self) -> bool {
        matches!(self, Self::Interrupted | Self::Accepted)
    }
}

impl From<ReportStatus> for JobState {
    fn from(status: ReportStatus) -> Self {
        match status {
            ReportStatus::Success => Self::Success,
            ReportStatus::Partial => Self::Partial,
            ReportStatus::Failure => Self::Failure,
            ReportStatus::Aborted => Self::Aborted,
            ReportStatus::Accepted => Self::Accepted,
            ReportStatus::Interrupted => Self::Interrupted,
        }
    }
}

impl Job {
    pub(super) fn of(state: &State, running: bool, touched: Option<i64>) -> Self {
        let header = &state.header;
        let batches: Vec<JobBatch> = state
            .batches
            .iter()
            .filter(|batch| batch.external_id.is_some() || batch.outcome.is_some())
            .map(|batch| JobBatch {
                id: batch
                    .id
                    .clone()
                    .or_else(|| batch.outcome.as_ref().map(|outcome| outcome.id.clone())),
                external_id: batch.external_id.clone(),
                status: batch.status(),
            })
            .collect();
        let over = state.end.as_ref().is_some_and(|end| end.finished);
        let all_completed =
            !state.batches.is_empty() && state.batches.iter().all(|batch| batch.completed);
        let (files_sent, bytes_sent) = if over {
            let outcomes = || {
                state
                    .batches
                    .iter()
                    .filter_map(|batch| batch.outcome.as_ref())
            };
            (
                outcomes().map(|batch| batch.files).sum(),
                outcomes().map(|batch| batch.bytes).sum(),
            )
        } else {
            (0..state.batches.len())
                .map(|batch| state.sent(batch))
                .fold((0, 0), |all, batch| (all.0 + batch.0, all.1 + batch.1))
        };
        let (files, bytes) = if over {
            (files_sent, bytes_sent)
        } else {
            (state.plan.files() as u64, state.plan.bytes())
        };
        Self {
            run_id: header.run,
            state: match &state.end {
                _ if running => JobState::Running,
                Some(end) if end.finished => end.status.into(),
                _ if !state.planned => JobState::Aborted,
                _ if all_completed => JobState::Accepted,
                _ => JobState::Interrupted,
            },
            dataset: Some(DatasetRef {
                id: header.dataset.clone(),
                name: header.dataset_name.clone(),
            }),
            org: Some(header.org.clone()),
            sandbox: header.sandbox.clone(),
            batches,
            files,
            files_sent,
            bytes,
            bytes_sent,
            started: Timestamp::from_millisecond(header.started).ok(),
            updated: touched.and_then(|at| Timestamp::from_millisecond(at).ok()),
            error: match &state.end {
                Some(end) => end.error.clone(),
                None if !state.planned => Some(UNPLANNED.to_owned()),
                None => None,
            },
        }
    }

    /// A job whose journal can't be read, or has no line yet.
    pub(super) fn unread(run: Uuid, running: bool, touched: Option<i64>, error: &Error) -> Self {
        Self {
            run_id: run,
            state: match error.kind() {
                _ if running => JobState::Running,
                ErrorKind::NotFound => JobState::Aborted,
                _ => JobState::Damaged,
            },
            dataset: None,
            org: None,
            sandbox: None,
            batches: Vec::new(),
            files: 0,
            files_sent: 0,
            bytes: 0,
            bytes_sent: 0,
            started: None,
            updated: touched.and_then(|at| Timestamp::from_millisecond(at).ok()),
            error: Some(error.report().to_string()),
        }
    }

    /// Whether batches of it may still be open on the server.
    pub fn may_have_open_batches(&self) -> bool {
        let open = |batch: &JobBatch| batch.status == BatchStatus::Loading;
        !self.state.is_over() && self.batches.iter().any(open)
    }
}
