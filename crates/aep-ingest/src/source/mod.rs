//! Bytes of local files on their way out.
//!
//! A range of a file is read in pieces from a pool, by a small number of blocking reads, one piece ahead of what the
//! connection takes. Nothing is kept: a repeated request reads the range again. The file's identity (size, time of
//! change, inode) is compared when a range is opened and once more after its last byte, so that a file that changes
//! while it is sent is noticed instead of being sent half old and half new.

mod identity;
mod pool;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{Body, Error, ErrorKind, Result};
use bytes::Bytes;
use futures::StreamExt;

pub use self::identity::Identity;
pub(crate) use self::pool::{PIECE, Pool};
use crate::plan::Part;

/// What is told about the bytes of one request: how many went out, and that the request starts over.
pub(crate) trait Meter: Send + Sync {
    /// The request is sent (again), from its first byte.
    fn restart(&self);
    /// So many more bytes were handed to the connection.
    fn add(&self, bytes: u64);
}

/// Nobody counts.
pub(crate) struct NoMeter;

impl Meter for NoMeter {
    fn restart(&self) {}
    fn add(&self, _: u64) {}
}

/// The content of one file in a batch.
#[derive(Clone)]
pub struct Source(Kind);

#[derive(Clone)]
enum Kind {
    Bytes(Bytes),
    File { path: Arc<Path>, identity: Identity },
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Bytes(bytes) => write!(f, "Source({} bytes)", bytes.len()),
            Kind::File { path, identity } => {
                write!(f, "Source({}, {} bytes)", path.display(), identity.size)
            }
        }
    }
}

impl Source {
    /// Bytes that are in memory already.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Bytes(bytes.into()))
    }

    /// A file, as it is now: a later change makes the upload fail instead of sending a mixture.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the file can't be found; [`ErrorKind::Usage`] if it isn't a regular file.
    pub fn file(path: impl Into<PathBuf>) -> Result<Self> {
        let path: PathBuf = path.into();
        let failed = |source: io::Error, path: &Path| {
            Error::new(ErrorKind::Io, "read the file")
                .with("file", path.display())
                .because(source)
        };
        let metadata = std::fs::metadata(&path).map_err(|source| failed(source, &path))?;
        if !metadata.is_file() {
            return Err(Error::new(ErrorKind::Usage, "send this")
                .with("file", path.display())
                .because("it is not a regular file"));
        }
        Ok(Self::known(path.into(), Identity::of(&metadata)))
    }

    pub(crate) fn known(path: Arc<Path>, identity: Identity) -> Self {
        Self(Kind::File { path, identity })
    }

    /// Number of bytes.
    pub fn len(&self) -> u64 {
        match &self.0 {
            Kind::Bytes(bytes) => bytes.len() as u64,
            Kind::File { identity, .. } => identity.size,
        }
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory, in bytes, that sending a part of this many bytes holds at once.
    pub(crate) fn window(len: u64) -> u64 {
        len.div_ceil(PIECE as u64).clamp(1, read::PIECES_AT_ONCE) * PIECE as u64
    }

    /// The bytes of `part` as a body that can be sent more than once.
    pub(crate) fn body(&self, part: Part, pool: &Arc<Pool>, meter: Arc<dyn Meter>) -> Body {
        match &self.0 {
            Kind::Bytes(bytes) => {
                let clamp = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                let slice = bytes.slice(clamp(part.start)..clamp(part.start + part.len));
                Body::Replay {
                    len: slice.len() as u64,
                    open: Arc::new(move || {
                        meter.restart();
                        meter.add(slice.len() as u64);
                        futures::stream::iter([Ok(slice.clone())]).boxed()
                    }),
                }
            }
            Kind::File { path, identity } => {
                let (path, identity, pool) = (Arc::clone(path), *identity, Arc::clone(pool));
                Body::Replay {
                    len: part.len,
                    open: Arc::new(move || {
                        meter.restart();
                        let meter = Arc::clone(&meter);
                        read::range(Arc::clone(&path), identity, part, Arc::clone(&pool))
                            .inspect(move |piece| {
                                if let Ok(piece) = piece {
                                    meter.add(piece.len() as u64);
                                }
                            })
                            .boxed()
                    }),
                }
            }
        }
    }
}
