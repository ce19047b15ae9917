//! Putting files into the zone.

mod file;
mod journal;
mod large;
mod plan;
mod run;
mod small;
mod stream;

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use tokio::io::AsyncRead;

use super::{LandingZone, Transfer};

pub(super) use file::{Planned, blocking, unreadable};
pub use journal::{PendingPut, pending_puts};
pub(super) use plan::directory;
#[cfg(test)]
pub(super) use plan::plan;
pub(super) use run::send;

/// What is put.
pub enum PutSource {
    /// A file, or a directory with everything below it. Links are followed; what is neither file nor directory is left out.
    Path(PathBuf),
    /// A stream of unknown length, such as standard input. It cannot be read twice, so that an interrupted put begins anew.
    Reader(Box<dyn AsyncRead + Send + Unpin>),
}

impl PutSource {
    /// A file or a directory.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::Path(path.into())
    }

    /// A stream.
    pub fn reader(reader: impl AsyncRead + Send + Unpin + 'static) -> Self {
        Self::Reader(Box::new(reader))
    }
}

impl fmt::Debug for PutSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.debug_tuple("Path").field(path).finish(),
            Self::Reader(_) => f.write_str("Reader"),
        }
    }
}

/// How to put.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PutOptions {
    /// Bytes of a part. Default 4 MiB; what the store demands wins, and files so large that there would be too many parts
    /// get larger ones. A file of one part goes in one request.
    pub part_size: Option<u64>,
    /// Requests at a time at most. Default 8.
    pub concurrency: usize,
    /// Bytes of file content in memory at most. Default 12 MiB: three parts on Azure, two on Amazon. A part that is larger
    /// is in memory alone.
    pub memory: u64,
    /// Whether the store checks a CRC-64 of everything that it is sent. Default no: the connection does.
    pub checksum: bool,
    /// The directory of the journals (the command uses `AEP_STATE_DIR`, else `$XDG_STATE_HOME/aep`). Without one a put
    /// that was interrupted begins anew. Default none.
    pub state_dir: Option<PathBuf>,
}

impl Default for PutOptions {
    fn default() -> Self {
        Self {
            part_size: None,
            concurrency: 8,
            memory: 12 * 1024 * 1024,
            checksum: false,
            state_dir: None,
        }
    }
}

/// A file that was put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PutFile {
    /// Its key in the zone.
    pub key: String,
    /// Its size.
    pub bytes: u64,
    /// Bytes that were sent now.
    pub bytes_sent: u64,
    /// Bytes that an earlier, interrupted put had sent.
    pub bytes_kept: u64,
}

/// What was put.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PutReport {
    /// The files, in the order in which they were finished.
    pub files: Vec<PutFile>,
    /// Bytes of all of them.
    pub bytes: u64,
    /// Bytes that were sent now.
    pub bytes_sent: u64,
    /// What a person should know, for example that an interrupted put was continued.
    pub notes: Vec<String>,
}

impl LandingZone {
    /// Puts a file, a directory or a stream into the zone.
    ///
    /// `target` is the key of a file or stream, or a folder if it is empty or ends with `/`: then a file keeps its name.
    /// What is in a directory goes below `target`. An object that is there is replaced, as a whole: nobody sees half of one.
    ///
    /// Files above a part's size go in parts; with a [`state_dir`](PutOptions::state_dir) a put that was interrupted, by
    /// whatever, is continued by the same put: only parts and files that the store has not taken are sent.
    ///
    /// The transfer fails with [`Usage`](aep_core::ErrorKind::Usage) before any request if a name is not allowed in the
    /// zone.
    pub fn put(&self, source: PutSource, target: &str, options: PutOptions) -> Transfer<PutReport> {
        let zone = self.clone();
        let target = target.to_owned();
        let span = tracing::info_span!("aep.zone.put", target = %target);
        Transfer::start(span, move |board, _| async move {
            match source {
                PutSource::Path(path) => run::put(&zone, path, target, options, board).await,
                PutSource::Reader(reader) => {
                    stream::put(&zone, reader, &target, options, board).await
                }
            }
        })
    }
}
