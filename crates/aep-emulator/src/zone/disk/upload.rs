//! Multipart uploads: rows of their own until they become an object.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Piece;
use crate::state::{StateError, Tx, kind};

/// An upload under way. Its id is the upload id, its sandbox column the bucket.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) key: String,
    /// In milliseconds since 1970-01-01 UTC.
    pub(crate) started: i64,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) metadata: BTreeMap<String, String>,
    /// The checksum that was asked for, in lower case.
    pub(crate) algorithm: Option<String>,
    /// Whether that is to be made of the parts' checksums.
    pub(crate) composite: bool,
}

/// A part that was received.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) number: i32,
    #[serde(flatten)]
    pub(crate) piece: Piece,
    pub(crate) etag: String,
    pub(crate) modified: i64,
    pub(crate) checksums: BTreeMap<String, String>,
}

impl Upload {
    /// The upload of that id, if it is for that key.
    pub(crate) fn find(
        tx: &Tx<'_>,
        bucket: &str,
        id: &str,
        key: &str,
    ) -> Result<Option<Self>, StateError> {
        let Some(doc) = tx.get(kind::ZONE_UPLOAD, bucket, id)? else {
            return Ok(None);
        };
        let upload: Self = serde_json::from_value(doc)?;
        Ok((upload.key == key).then_some(upload))
    }

    /// All of a bucket whose keys begin with `prefix`, by key and start.
    pub(crate) fn all(
        tx: &Tx<'_>,
        bucket: &str,
        prefix: &str,
    ) -> Result<Vec<(String, Self)>, StateError> {
        let mut found = Vec::new();
        for (id, doc) in tx.entries(kind::ZONE_UPLOAD, bucket, None)? {
            let upload: Self = serde_json::from_value(doc)?;
            if upload.key.starts_with(prefix) {
                found.push((id, upload));
            }
        }
        found.sort_by(|one, other| {
            (&one.1.key, one.1.started, &one.0).cmp(&(&other.1.key, other.1.started, &other.0))
        });
        Ok(found)
    }

    pub(crate) fn put(&self, tx: &Tx<'_>, bucket: &str, id: &str) -> Result<(), StateError> {
        tx.put(
            kind::ZONE_UPLOAD,
            bucket,
            id,
            "",
            &serde_json::to_value(self)?,
        )
    }

    /// Removes the upload and its parts, and answers their blobs.
    pub(crate) fn remove(tx: &Tx<'_>, bucket: &str, id: &str) -> Result<Vec<String>, StateError> {
        tx.delete(kind::ZONE_UPLOAD, bucket, id)?;
        let mut blobs = Vec::new();
        for part in Part::all(tx, bucket, id)? {
            tx.delete(kind::ZONE_PART, bucket, &Part::id(id, part.number))?;
            blobs.push(part.piece.blob);
        }
        Ok(blobs)
    }
}

impl Part {
    fn id(upload: &str, number: i32) -> String {
        format!("{upload}/{number:05}")
    }

    /// The parts of an upload, by number.
    pub(crate) fn all(tx: &Tx<'_>, bucket: &str, upload: &str) -> Result<Vec<Self>, StateError> {
        let rows = tx.list(kind::ZONE_PART, bucket, Some(upload))?;
        let read = |doc: Value| Ok::<Self, StateError>(serde_json::from_value(doc)?);
        let mut parts = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        parts.sort_by_key(|part| part.number);
        Ok(parts)
    }

    /// Stores it, in place of one with its number, and answers the blobs that nothing names any more.
    pub(crate) fn put(
        &self,
        tx: &Tx<'_>,
        bucket: &str,
        upload: &str,
    ) -> Result<Vec<String>, StateError> {
        let id = Self::id(upload, self.number);
        let before = tx.get(kind::ZONE_PART, bucket, &id)?;
        tx.put(
            kind::ZONE_PART,
            bucket,
            &id,
            upload,
            &serde_json::to_value(self)?,
        )?;
        let blob = before.and_then(|doc| doc["blob"].as_str().map(str::to_owned));
        Ok(blob.into_iter().collect())
    }
}
