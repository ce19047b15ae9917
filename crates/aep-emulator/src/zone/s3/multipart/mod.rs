//! Multipart uploads. Completing one moves no byte: the object's row names the parts' blobs.

pub(super) mod abort;
pub(super) mod complete;
pub(super) mod create;
pub(super) mod list;
pub(super) mod part;

use s3s::{S3Error, s3_error};

use super::answer::Failed;
use crate::state::Tx;
use crate::zone::disk::{Bucket, Upload};

/// Numbers of parts.
const NUMBERS: std::ops::RangeInclusive<i32> = 1..=10_000;

fn unknown() -> S3Error {
    s3_error!(
        NoSuchUpload,
        "the specified multipart upload does not exist: it was never started, aborted, or completed"
    )
}

fn find(tx: &Tx<'_>, bucket: &Bucket, id: &str, key: &str) -> Result<Upload, Failed> {
    Upload::find(tx, &bucket.name, id, key)?.ok_or_else(|| unknown().into())
}
