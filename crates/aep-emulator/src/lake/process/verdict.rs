//! What staging found out, as it waits between the states `staged` and `success` or `failure`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The outcome of staging.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Verdict {
    /// Whether the batch succeeds.
    pub(crate) success: bool,
    /// Entries for the batch's `errors`.
    pub(crate) errors: Vec<Value>,
    /// The batch's `metrics`.
    pub(crate) metrics: Value,
    /// Fields that had values.
    pub(crate) observed: Value,
    /// Files of the lake.
    pub(crate) files: Vec<Kept>,
    /// Files below `meta`.
    pub(crate) meta: Vec<Kept>,
    /// Files below `failed`.
    pub(crate) failed: Vec<Kept>,
}

/// A file that is on disk and not catalogued yet. The key `blob` keeps it from being swept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) name: String,
    pub(crate) blob: String,
    pub(crate) length: u64,
    pub(crate) records: u64,
}
