//! Which file of which batch a request means.

use axum::extract::FromRequestParts;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::lake::status::{self, Status};
use crate::problem::{Problem, catalog, import};
use crate::state::{Tx, kind};

/// Files in one batch.
const BATCH_FILES: u64 = 1500;

/// `/batches/{batch}/datasets/{dataset}/files/{path}`.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) batch: String,
    dataset: String,
    pub(super) path: String,
}

impl<S: Sync> FromRequestParts<S> for Target {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let segments: Vec<&str> = parts.uri.path().splitn(7, '/').collect();
        let ["", "batches", batch, "datasets", dataset, "files", path] = segments.as_slice() else {
            return Err(catalog::not_found("no such resource"));
        };
        Ok(Self {
            batch: decode(batch)?,
            dataset: decode(dataset)?,
            path: file_path(&decode(path)?)?,
        })
    }
}

fn decode(text: &str) -> Result<String, Problem> {
    percent_decode_str(text)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| catalog::bad_request("the path is not UTF-8"))
}

/// The rules for names of files are the emulator's choice: nothing is published.
fn file_path(path: &str) -> Result<String, Problem> {
    let wrong = |why: &str| {
        Err(catalog::bad_request(&format!(
            "the file path {path:?} {why}"
        )))
    };
    if path.chars().any(char::is_control) {
        return wrong("contains control characters");
    }
    for segment in path.split('/') {
        match segment {
            "" => return wrong("has an empty segment"),
            "." | ".." => return wrong("has a segment that is not a name"),
            _ => {}
        }
    }
    Ok(path.to_owned())
}

impl Target {
    /// Key of the upload's document.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.batch, self.path)
    }

    /// The batch, which must exist and be of the dataset in the path.
    pub(super) fn batch(&self, tx: &Tx<'_>, sandbox: &str) -> Result<Value, Problem> {
        batch_of(tx, sandbox, &self.batch, &self.dataset)
    }

    /// The same, and files may still be added.
    pub(super) fn open_batch(&self, tx: &Tx<'_>, sandbox: &str) -> Result<Value, Problem> {
        let batch = self.batch(tx, sandbox)?;
        if Status::of(&batch) != Some(Status::Loading) {
            let status = batch["status"].as_str().unwrap_or_default();
            return Err(import::wrong_state(&format!(
                "batch {} is {status}: it takes no files any more",
                self.batch
            )));
        }
        Ok(batch)
    }

    /// The document of the upload.
    pub(super) fn upload(&self, tx: &Tx<'_>, sandbox: &str) -> Result<Option<Value>, Problem> {
        Ok(tx.get(kind::UPLOAD, sandbox, &self.key())?)
    }

    /// Stores the upload's document in the place of `before`; a new path must fit the batch. Answers the blob that is
    /// not needed any more.
    pub(super) fn store(
        &self,
        tx: &Tx<'_>,
        sandbox: &str,
        before: Option<&Value>,
        doc: &Value,
    ) -> Result<Option<String>, Problem> {
        if before.is_none() && tx.count_below(kind::UPLOAD, sandbox, &self.batch)? >= BATCH_FILES {
            return Err(catalog::bad_request(&format!(
                "batch {} has {BATCH_FILES} files, the most a batch may have",
                self.batch
            )));
        }
        tx.put(kind::UPLOAD, sandbox, &self.key(), &self.batch, doc)?;
        let old = before.and_then(|before| before["blob"].as_str());
        Ok(old.filter(|old| doc["blob"] != *old).map(str::to_owned))
    }
}

/// A batch of a dataset: 404 for an unknown batch, and for one that belongs to another dataset (emulator choice).
pub(super) fn batch_of(
    tx: &Tx<'_>,
    sandbox: &str,
    batch: &str,
    dataset: &str,
) -> Result<Value, Problem> {
    let doc = tx
        .get(kind::BATCH, sandbox, batch)?
        .ok_or_else(|| catalog::not_found(&format!("batch {batch} not found")))?;
    if status::dataset_of(&doc) != Some(dataset) {
        return Err(catalog::not_found(&format!(
            "batch {batch} does not belong to dataset {dataset}"
        )));
    }
    Ok(doc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_files() {
        for good in [
            "a",
            "a.json",
            "part1=a/part2=b/data.parquet",
            "…/ü",
            "a b",
            ".hidden",
            "a..b",
        ] {
            assert_eq!(file_path(good).ok().as_deref(), Some(good));
        }
        for bad in [
            "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", "a\nb", "a\0", "\u{7f}", "",
        ] {
            assert_eq!(
                file_path(bad).err().map(|problem| problem.status.as_u16()),
                Some(400),
                "{bad:?}"
            );
        }
    }
}
