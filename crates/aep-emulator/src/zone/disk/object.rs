//! An object's row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Bucket;
use crate::state::{StateError, Tx, kind};

/// A run of an object's bytes: a whole blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) blob: String,
    pub(crate) size: u64,
}

/// What the row of an object says. Its id is the key, its sandbox column the bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) size: u64,
    /// Without quotes.
    pub(crate) etag: String,
    /// By the emulator's clock, in milliseconds since 1970-01-01 UTC.
    pub(crate) modified: i64,
    pub(crate) pieces: Vec<Piece>,
    /// Base64, by the algorithm's name in lower case: `crc64nvme`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) checksums: BTreeMap<String, String>,
    /// Whether the checksums are made of those of the parts instead of the bytes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) composite: bool,
    /// `content-type` and the others that come back as they were sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
    /// `x-amz-meta-…`, without that.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) metadata: BTreeMap<String, String>,
    /// The multipart upload it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upload: Option<String>,
}

impl Object {
    pub(crate) fn read(doc: Value) -> Result<Self, StateError> {
        Ok(serde_json::from_value(doc)?)
    }

    /// The object, unless its time has passed.
    pub(crate) fn find(
        tx: &Tx<'_>,
        bucket: &Bucket,
        key: &str,
        now: i64,
    ) -> Result<Option<Self>, StateError> {
        let Some(doc) = tx.get(kind::ZONE_OBJECT, &bucket.name, key)? else {
            return Ok(None);
        };
        let object = Self::read(doc)?;
        Ok(bucket.keeps(object.modified, now).then_some(object))
    }

    /// Stores it under a key and answers the blobs that nothing names any more.
    pub(crate) fn put(
        &self,
        tx: &Tx<'_>,
        bucket: &str,
        key: &str,
    ) -> Result<Vec<String>, StateError> {
        let before = Self::remove(tx, bucket, key)?;
        tx.put(
            kind::ZONE_OBJECT,
            bucket,
            key,
            "",
            &serde_json::to_value(self)?,
        )?;
        Ok(before.unwrap_or_default())
    }

    /// Removes the row and answers its blobs, or `None` when there was no row.
    pub(crate) fn remove(
        tx: &Tx<'_>,
        bucket: &str,
        key: &str,
    ) -> Result<Option<Vec<String>>, StateError> {
        let Some(doc) = tx.get(kind::ZONE_OBJECT, bucket, key)? else {
            return Ok(None);
        };
        tx.delete(kind::ZONE_OBJECT, bucket, key)?;
        let pieces = Self::read(doc)?.pieces;
        Ok(Some(pieces.into_iter().map(|piece| piece.blob).collect()))
    }
}
