//! Files that are sent: what of them goes where, and reading a range of one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::transfer::{Changed, Identity, Original, PIECE, Pool};
use aep_core::{Error, ErrorKind, Result};
use object_store::PutPayload;

/// A file of the plan.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) path: PathBuf,
    pub(crate) key: String,
    pub(crate) identity: Identity,
}

impl Planned {
    /// Opens the file, if it is still the one that was planned.
    pub(crate) fn open(&self) -> Result<Arc<Original>> {
        Original::open(&self.path, self.identity)
            .map(Arc::new)
            .map_err(|error| self.failed(error))
    }

    /// Reads a range into pieces of the pool, and looks whether the file was written to meanwhile. Blocks.
    pub(crate) fn read(
        &self,
        file: &Original,
        pool: &Arc<Pool>,
        at: u64,
        len: u64,
    ) -> Result<PutPayload> {
        let mut pieces = Vec::new();
        let mut done = 0;
        while done < len {
            let mut piece = pool.take();
            let size = usize::try_from(len - done).unwrap_or(PIECE).min(PIECE);
            file.read(&self.path, piece.space(size), at + done)
                .map_err(|error| self.failed(error))?;
            done += size as u64;
            pieces.push(piece.into_bytes());
        }
        file.check(&self.path).map_err(|error| self.failed(error))?;
        Ok(pieces.into_iter().collect())
    }

    fn failed(&self, error: io::Error) -> Error {
        let Some(changed) = Changed::find(&error) else {
            return unreadable(&self.path, error);
        };
        Error::new(ErrorKind::Io, "send the file")
            .with("file", self.path.display())
            .because(format!(
                "it changed while it was being sent: {}",
                changed.what()
            ))
            .hint("put it again when nobody writes to it any more")
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
