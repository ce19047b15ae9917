//! What came of a download.

use std::path::PathBuf;

use aep_core::BatchId;
use serde::Serialize;

use crate::{Batch, BatchStatus};

/// What was downloaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DownloadReport {
    /// The files, batch by batch, in the order in which the service lists them.
    pub files: Vec<Downloaded>,
    /// Bytes of all files.
    pub bytes: u64,
    /// Batches that were undone (reverted, replaced, deleted) after they were listed: none of their files is kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undone: Vec<BatchId>,
    /// Batches that are not over. They come with the next incremental read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Unfinished>,
    /// Batches that others which were downloaded replace, so that what was read of them before no longer counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<BatchId>,
}

/// One file that was downloaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Downloaded {
    /// Its name on the platform.
    pub name: String,
    /// Where it is now.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// The batch that it is from.
    #[serde(rename = "batchId")]
    pub batch: Option<BatchId>,
    /// How it came.
    pub how: How,
    /// SHA-256 of the file on the disk, in hexadecimal digits, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// How a file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// All of it was fetched.
    Fetched,
    /// An interrupted download had left the beginning of it.
    Continued,
    /// An interrupted download had left all of it.
    Kept,
    /// It did not come: this is what would be fetched.
    Listed,
}

/// A batch that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Unfinished {
    /// Its id.
    pub id: BatchId,
    /// Its state.
    pub status: BatchStatus,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<u64>,
}

impl From<&Batch> for Unfinished {
    fn from(batch: &Batch) -> Self {
        Self {
            id: batch.id.clone(),
            status: batch.status.clone(),
            created: batch.created,
        }
    }
}
