//! Files of the lake on their way to the local disk.

mod disk;
mod dry;
mod fetch;
mod journal;
mod name;
mod out;
mod range;
mod report;
mod run;
mod sum;

#[cfg(any(test, fuzzing))]
pub(crate) use self::range::parse;

use std::fmt;
use std::sync::Arc;

use aep_core::{BatchId, FileId, Result};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

pub use report::{DownloadReport, Downloaded, How, Unfinished};
pub(crate) use run::{all, batches};

use crate::wire::access::Origin;
use crate::wire::{Object, number, text};

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataFile {
    /// Its name, which may have directories; not safe to be used as a path.
    pub name: String,
    /// Its size in bytes, if the service says so.
    pub length: Option<u64>,
    /// The batch that it is from.
    pub batch: Option<BatchId>,
    origin: Origin,
    path: String,
}

impl DataFile {
    pub(crate) fn new(
        origin: Origin,
        path: String,
        name: String,
        length: Option<u64>,
        batch: Option<BatchId>,
    ) -> Self {
        Self {
            name,
            length,
            batch,
            origin,
            path,
        }
    }

    /// Id of the dataset file that it belongs to; diagnostics have none.
    pub fn file_id(&self) -> Option<&FileId> {
        if let Origin::File(id) = &self.origin {
            Some(id)
        } else {
            None
        }
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether it only says that the others are complete (`_SUCCESS`), and has no rows.
    pub fn is_marker(&self) -> bool {
        let name = self.name.rsplit('/').next().unwrap_or_default();
        name == "_SUCCESS" && self.length.unwrap_or(0) == 0
    }

    /// The same file, its name below one of its batch.
    pub(crate) fn below_batch(mut self) -> Self {
        if let Some(batch) = &self.batch {
            self.name = format!("{batch}/{}", self.name);
        }
        self
    }
}

impl Serialize for DataFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("DataFile", 4)?;
        object.serialize_field("dataSetFileId", &self.file_id())?;
        object.serialize_field("batchId", &self.batch)?;
        object.serialize_field("name", &self.name)?;
        object.serialize_field("length", &self.length)?;
        object.end()
    }
}

/// Reads an entry of a dataset file's list; none for an entry that is no file.
pub(crate) fn read_parts(
    entry: &Object,
    file: &FileId,
    batch: Option<&BatchId>,
) -> Option<DataFile> {
    let name = text(entry, "name")?;
    let length = number(entry, "length").or_else(|| number(entry, "size"));
    Some(DataFile::new(
        Origin::File(file.clone()),
        name.clone(),
        name,
        length,
        batch.cloned(),
    ))
}

/// How files are downloaded.
#[derive(Clone)]
pub struct DownloadOptions {
    /// Requests at once.
    pub concurrency: usize,
    /// Bytes asked for at once. The service cuts an answer off after 60 seconds; then the rest is asked for.
    pub range_bytes: u64,
    /// Whether files that are there are replaced.
    pub overwrite: bool,
    /// Whether nothing is written, and the report says what would be.
    pub dry: bool,
    /// Whether the files are read once more when they are on the disk, for their SHA-256: Data Access gives no checksums.
    pub checksums: bool,
    /// Is told how many more bytes have been written.
    pub on_bytes: Option<Arc<dyn Fn(u64) + Send + Sync>>,
}

impl Default for DownloadOptions {
    fn default() -> Self {
        Self {
            concurrency: 4,
            range_bytes: 32 * 1024 * 1024,
            overwrite: false,
            dry: false,
            checksums: false,
            on_bytes: None,
        }
    }
}

impl fmt::Debug for DownloadOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadOptions")
            .field("concurrency", &self.concurrency)
            .field("range_bytes", &self.range_bytes)
            .field("overwrite", &self.overwrite)
            .field("dry", &self.dry)
            .field("checksums", &self.checksums)
            .finish_non_exhaustive()
    }
}
