//! Files of the lake on their way to the local disk.

mod fetch;
mod name;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{BatchId, Client, Error, ErrorKind, FileId, Result};
use futures::{StreamExt, TryStreamExt};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use tokio::sync::Semaphore;

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
    /// Bytes asked for at once. The service cuts an answer off after 60 seconds, so it must not be too much.
    pub range_bytes: u64,
    /// Whether files that are there are replaced.
    pub overwrite: bool,
    /// Is told how many more bytes have been written.
    pub on_bytes: Option<Arc<dyn Fn(u64) + Send + Sync>>,
}

impl Default for DownloadOptions {
    fn default() -> Self {
        Self {
            concurrency: 4,
            range_bytes: 32 * 1024 * 1024,
            overwrite: false,
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
            .finish_non_exhaustive()
    }
}

/// What was downloaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DownloadReport {
    /// The files, in the order in which the service lists them.
    pub files: Vec<Downloaded>,
    /// Bytes of all files.
    pub bytes: u64,
}

/// One file that was downloaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Downloaded {
    /// Its name on the platform.
    pub name: String,
    /// Where it is now.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Downloads files into a directory.
pub(crate) async fn all(
    client: &Client,
    files: Vec<DataFile>,
    directory: &Path,
    options: &DownloadOptions,
) -> Result<DownloadReport> {
    let targets = name::targets(files.iter().map(|file| file.name.as_str()), directory);
    if !options.overwrite
        && let Some(there) = targets.iter().find(|path| path.symlink_metadata().is_ok())
    {
        return Err(Error::new(ErrorKind::Conflict, "write the download")
            .with("file", there.display())
            .because("it is there already")
            .hint("choose another directory, or allow to replace files"));
    }
    let made = tokio::fs::create_dir_all(directory).await;
    made.map_err(|error| {
        Error::new(ErrorKind::Io, "make the directory")
            .with("directory", directory.display())
            .because(error)
    })?;
    let requests = Semaphore::new(options.concurrency.max(1));
    let jobs = files.into_iter().zip(targets).map(|(file, path)| {
        let requests = &requests;
        async move {
            let bytes = fetch::one(client, &file, &path, options, requests).await?;
            Ok::<_, Error>(Downloaded {
                name: file.name,
                path,
                bytes,
            })
        }
    });
    let files: Vec<Downloaded> = futures::stream::iter(jobs)
        .buffered(options.concurrency.max(1))
        .try_collect()
        .await?;
    let bytes = files.iter().map(|file| file.bytes).sum();
    Ok(DownloadReport { files, bytes })
}
