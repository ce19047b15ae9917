//! Getting objects out of the zone.

mod save;
mod write;

use std::fmt;
use std::path::PathBuf;

use aep_core::Result;
use serde::Serialize;
use tokio::io::AsyncWrite;

use super::{LandingZone, Transfer, list};

pub(super) use save::save;
#[cfg(test)]
pub(super) use write::read;

/// Where an object goes.
pub enum GetTarget {
    /// A file: written beside its name and renamed when it is whole.
    File(PathBuf),
    /// A stream, such as standard output, in the order of the bytes.
    Writer(Box<dyn AsyncWrite + Send + Unpin>),
}

impl GetTarget {
    /// A file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::File(path.into())
    }

    /// A stream.
    pub fn writer(writer: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        Self::Writer(Box::new(writer))
    }
}

impl fmt::Debug for GetTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Writer(_) => f.write_str("Writer"),
        }
    }
}

/// How to get.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GetOptions {
    /// Whether a file that is there is replaced. Default no.
    pub overwrite: bool,
    /// Ranges at a time at most. Default 4.
    pub concurrency: usize,
    /// Bytes of a range. Default 8 MiB.
    pub range: u64,
}

impl Default for GetOptions {
    fn default() -> Self {
        Self {
            overwrite: false,
            concurrency: 4,
            range: 8 * 1024 * 1024,
        }
    }
}

/// What was got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GetReport {
    /// The key.
    pub key: String,
    /// The file, if it went into one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// Bytes that were written.
    pub bytes: u64,
}

impl LandingZone {
    /// Gets an object into a file or a stream. A file appears under its name only when it is whole; if the object is
    /// replaced meanwhile, the get fails rather than mix the two.
    ///
    /// The transfer fails with [`NotFound`](aep_core::ErrorKind::NotFound) if there is no such object, and with
    /// [`Conflict`](aep_core::ErrorKind::Conflict) if the file is there already and is not to be replaced.
    pub fn get(&self, key: &str, target: GetTarget, options: GetOptions) -> Transfer<GetReport> {
        let zone = self.clone();
        let key = key.to_owned();
        let span = tracing::info_span!("aep.zone.get", key = %key);
        Transfer::start(span, move |board, _| async move {
            let backend = zone.backend(false).await?;
            match target {
                GetTarget::File(path) => {
                    save::refuse_existing(&path, &options)?;
                    let object = list::head(&backend, &key).await?;
                    board.expect(1, object.size);
                    let bytes = save(&backend, &object, &path, &options, &board).await?;
                    board.file();
                    Ok(GetReport {
                        key,
                        path: Some(path),
                        bytes,
                    })
                }
                GetTarget::Writer(writer) => {
                    let bytes = write::write(&backend, &key, writer, &board).await?;
                    Ok(GetReport {
                        key,
                        path: None,
                        bytes,
                    })
                }
            }
        })
    }

    /// The content of a small object, at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`Limit`](aep_core::ErrorKind::Limit) if it is larger, [`NotFound`](aep_core::ErrorKind::NotFound).
    pub async fn read(&self, key: &str, limit: u64) -> Result<bytes::Bytes> {
        let backend = self.backend(false).await?;
        write::read(&backend, key, limit).await
    }
}
