//! Files that are sent: which state of one it was, and reading a range of it.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use aep_core::{Error, ErrorKind, Result};
use object_store::PutPayload;
use serde::{Deserialize, Serialize};

use super::pool::{PIECE, Pool};

/// Size, time of change and inode: two equal ones mean the same content, as far as a file system tells without reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) size: u64,
    /// Nanoseconds since 1970; 0 where the system has no such time.
    pub(crate) modified: i64,
    pub(crate) inode: u64,
}

impl Identity {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let modified = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .and_then(|since| i64::try_from(since.as_nanos()).ok())
            .unwrap_or(0);
        Self {
            size: metadata.len(),
            modified,
            inode: inode(metadata),
        }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

/// A file of the plan.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) path: PathBuf,
    pub(crate) key: String,
    pub(crate) identity: Identity,
}

impl Planned {
    /// Opens the file, if it is still the one that was planned.
    pub(crate) fn open(&self) -> Result<Arc<File>> {
        let file = File::open(&self.path).map_err(|error| unreadable(&self.path, error))?;
        self.check(&file)?;
        Ok(Arc::new(file))
    }

    /// Refuses a file that was written to meanwhile.
    pub(crate) fn check(&self, file: &File) -> Result<()> {
        let metadata = file
            .metadata()
            .map_err(|error| unreadable(&self.path, error))?;
        if Identity::of(&metadata) == self.identity {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Io, "send the file")
            .with("file", self.path.display())
            .because("it changed while it was being sent")
            .hint("put it again when nobody writes to it any more"))
    }

    /// Reads a range into pieces of the pool. Blocks.
    pub(crate) fn read(
        &self,
        file: &File,
        pool: &Arc<Pool>,
        at: u64,
        len: u64,
    ) -> Result<PutPayload> {
        let mut pieces = Vec::new();
        let mut done = 0;
        while done < len {
            let mut piece = pool.take();
            let size = usize::try_from(len - done).unwrap_or(PIECE).min(PIECE);
            read_at(file, piece.space(size), at + done)
                .map_err(|error| unreadable(&self.path, error))?;
            done += size as u64;
            pieces.push(piece.into_bytes());
        }
        self.check(file)?;
        Ok(pieces.into_iter().collect())
    }
}

/// Work that blocks, away from the threads that serve the connections.
pub(crate) async fn blocking<T, F>(work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|stopped| Error::new(ErrorKind::Cancelled, "read the file").because(stopped))?
}

pub(crate) fn unreadable(path: &Path, error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Io,
    };
    Error::new(kind, "read the file")
        .with("file", path.display())
        .because(error)
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

#[cfg(windows)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    let mut done = 0;
    while done < into.len() {
        match std::os::windows::fs::FileExt::seek_read(file, &mut into[done..], at + done as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(())
}
