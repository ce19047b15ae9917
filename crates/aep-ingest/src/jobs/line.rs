//! What a journal says: one JSON object per line.

use std::path::Path;
use std::sync::Arc;

use aep_core::{BatchId, DatasetId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Hash;
use crate::format::Format;
use crate::plan::{Limits, PlannedFile};
use crate::rejects::Rejected;
use crate::source::content::spelled;
use crate::upload::{BatchReport, OnFailure, ReportStatus};

/// Of the form of a journal. Another one is not guessed at.
pub(crate) const VERSION: u32 = 1;

/// One line. Files and batches are counted through the run, from 0, in the order of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Line {
    /// The first line: what is sent where, and how.
    Run(Box<Header>),
    /// A batch of the plan; the files that follow are its.
    Batch { format: Format },
    /// A file of the plan.
    File(PlannedFile),
    /// The plan is whole; before this line nothing was asked of the server.
    Planned {
        files: u64,
        bytes: u64,
        /// Rows that were counted when the files were checked, if all of them are good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rows: Option<u64>,
    },
    /// Another process goes on.
    Resumed { at: i64 },
    /// A batch is about to be asked for.
    Create { batch: u32, external_id: String },
    /// The server has made it.
    Created { batch: u32, id: BatchId },
    /// The server is ready for the parts of a large file.
    Opened { file: u32 },
    /// The server has taken the part that begins at this byte.
    Part { file: u32, start: u64, hash: Hash },
    /// The server has the file.
    Sent { file: u32, hash: Hash },
    /// The contents are in the ledger.
    Claimed,
    /// A batch is about to be completed.
    Complete { batch: u32 },
    /// The server knows that it is complete.
    Completed { batch: u32 },
    /// What is known of a batch at last.
    Outcome { batch: u32, report: BatchReport },
    /// The run is over; it may be taken up again if something is left to do.
    End(Box<End>),
}

/// What is sent where, and how: all that another process needs to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Header {
    pub(crate) version: u32,
    pub(crate) run: Uuid,
    /// Milliseconds since 1970.
    pub(crate) started: i64,
    /// Where the run was started: relative paths are below it.
    #[serde(with = "spelled")]
    pub(crate) directory: Arc<Path>,
    /// The address of the gateway; not compared, because the emulator's changes.
    pub(crate) gateway: String,
    pub(crate) org: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sandbox: Option<String>,
    pub(crate) dataset: DatasetId,
    pub(crate) dataset_name: String,
    /// Rows that were set aside before the plan was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rejected: Option<Rejected>,
    pub(crate) settings: Kept,
}

/// Options of the run that decide what is sent, or what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    pub(crate) on_failure: OnFailure,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) partial: Option<f64>,
    pub(crate) diagnostics: bool,
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub(crate) tags: std::collections::BTreeMap<String, Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) replaces: Vec<BatchId>,
    pub(crate) limits: Limits,
    pub(crate) allow_duplicate: bool,
    /// Whether the rows go to profiles, too.
    #[serde(default)]
    pub(crate) profiles: bool,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct End {
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) status: ReportStatus,
    pub(crate) elapsed_ms: u64,
    /// What went wrong, as it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// Whether nothing is left to do, so that there is nothing to take up again.
    pub(crate) finished: bool,
}
