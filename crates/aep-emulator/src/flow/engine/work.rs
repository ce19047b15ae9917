//! What a run has done and what is next: the row beside the run that API answers do not show.

use serde::{Deserialize, Serialize};

use super::Trigger;
use crate::state::{StateError, Tx};

/// Runs that are not at their end. The parent of a row is the flow's id, its id the run's.
const OPEN: &str = "run_work";
/// Runs that are, for those who want to run the same again.
const PAST: &str = "run_past";

/// The state of a run in the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Work {
    /// Id of the flow.
    pub(crate) flow: String,
    /// What asked for it.
    pub(crate) trigger: Trigger,
    /// How far it is.
    pub(crate) phase: Phase,
    /// When it began, in milliseconds.
    #[serde(default)]
    pub(crate) started: i64,
    /// When the copying ended, in milliseconds.
    #[serde(default)]
    pub(crate) copied: i64,
    /// The files it takes.
    #[serde(default)]
    pub(crate) files: Vec<Taken>,
    /// The batches it makes, for at most so many files each as a batch may have.
    #[serde(default)]
    pub(crate) batches: Vec<String>,
    /// The files it writes, for exports.
    #[serde(default)]
    pub(crate) parts: Vec<Part>,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Phase {
    /// It has not chosen its files.
    Scheduled,
    /// It has, and copies them into its batches, or out of the lake.
    Copying,
    /// Its batches are complete and with the lake.
    Promoting,
}

/// A file of the source that a run takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// Key in the container.
    pub(crate) key: String,
    /// Bytes.
    pub(crate) size: u64,
    /// Milliseconds.
    pub(crate) modified: i64,
    /// As the storage says it.
    pub(crate) etag: String,
}

/// A file that an export writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    /// The dataset whose rows they are.
    pub(crate) dataset: String,
    /// The batch whose rows they are.
    pub(crate) batch: String,
    /// The lake's file, by the id of its row.
    pub(crate) file: String,
    /// Key in the target's container.
    pub(crate) key: String,
    /// Rows.
    pub(crate) records: u64,
    /// Bytes written, once it is.
    #[serde(default)]
    pub(crate) written: Option<u64>,
}

impl Work {
    pub(super) fn new(flow: &str, trigger: Trigger) -> Self {
        Self {
            flow: flow.to_owned(),
            trigger,
            phase: Phase::Scheduled,
            started: 0,
            copied: 0,
            files: Vec::new(),
            batches: Vec::new(),
            parts: Vec::new(),
        }
    }
}

/// Stores the state of a run that goes on.
pub(crate) fn store(tx: &Tx<'_>, sandbox: &str, run: &str, work: &Work) -> Result<(), StateError> {
    tx.put(OPEN, sandbox, run, &work.flow, &serde_json::to_value(work)?)
}

/// The state of a run that goes on.
pub(crate) fn open(tx: &Tx<'_>, sandbox: &str, run: &str) -> Result<Option<Work>, StateError> {
    let doc = tx.get(OPEN, sandbox, run)?;
    Ok(doc.map(serde_json::from_value).transpose()?)
}

/// The state of a run that has ended.
pub(crate) fn past(tx: &Tx<'_>, sandbox: &str, run: &str) -> Result<Option<Work>, StateError> {
    let doc = tx.get(PAST, sandbox, run)?;
    Ok(doc.map(serde_json::from_value).transpose()?)
}

/// The run has ended.
pub(crate) fn close(tx: &Tx<'_>, sandbox: &str, run: &str, work: &Work) -> Result<(), StateError> {
    tx.delete(OPEN, sandbox, run)?;
    tx.put(PAST, sandbox, run, &work.flow, &serde_json::to_value(work)?)
}

/// Forgets a run that is not there any more.
pub(crate) fn forget(tx: &Tx<'_>, sandbox: &str, run: &str) -> Result<(), StateError> {
    tx.delete(OPEN, sandbox, run).map(drop)
}

/// Every run that goes on, oldest first: sandbox, run, flow.
pub(super) fn all_open(tx: &Tx<'_>) -> Result<Vec<(String, String, String)>, StateError> {
    let rows = tx.list_everywhere(OPEN)?;
    Ok(rows
        .into_iter()
        .map(|(sandbox, run, doc)| {
            let flow = doc["flow"].as_str().unwrap_or_default().to_owned();
            (sandbox, run, flow)
        })
        .collect())
}

/// A run of a flow that goes on.
pub(crate) fn open_of(
    tx: &Tx<'_>,
    sandbox: &str,
    flow: &str,
) -> Result<Option<String>, StateError> {
    let rows = tx.entries(OPEN, sandbox, Some(flow))?;
    Ok(rows.into_iter().next().map(|(id, _)| id))
}

/// Whether a flow has a run that goes on.
pub(crate) fn is_busy(tx: &Tx<'_>, sandbox: &str, flow: &str) -> Result<bool, StateError> {
    Ok(tx.count_below(OPEN, sandbox, flow)? > 0)
}
