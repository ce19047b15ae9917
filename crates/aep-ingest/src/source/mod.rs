//! Bytes of local files on their way out.
//!
//! A range of a file, or of pieces of files put together, is read in pieces from a pool, by a small number of blocking
//! reads, one piece ahead of what the connection takes. Nothing is kept: a repeated request reads the range again. The
//! identity of each file (size, time of change, inode) is compared when it is opened and once more after the last byte
//! that is wanted of it, so that a file that changes while it is sent is noticed instead of being sent half old and half
//! new.

pub mod content;
mod layout;
mod read;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{Body, Error, ErrorKind, Result};
use bytes::Bytes;
use futures::StreamExt;

pub use self::content::Content;
use self::layout::Laid;
pub(crate) use self::layout::{Layout, Stretch, copy};
use crate::plan::Part;
pub use aep_core::transfer::Identity;
pub(crate) use aep_core::transfer::{PIECE, Pool};

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
    Content(Arc<Laid>),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Bytes(bytes) => write!(f, "Source({} bytes)", bytes.len()),
            Kind::Content(laid) => write!(
                f,
                "Source({}, {} bytes)",
                laid.content.path().display(),
                laid.content.len()
            ),
        }
    }
}

impl From<Content> for Source {
    fn from(content: Content) -> Self {
        Self(Kind::Content(Arc::new(Laid::new(content))))
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
        Ok(Content::file(path, Identity::of(&metadata)).into())
    }

    /// Number of bytes.
    pub fn len(&self) -> u64 {
        match &self.0 {
            Kind::Bytes(bytes) => bytes.len() as u64,
            Kind::Content(laid) => laid.content.len(),
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
            Kind::Content(laid) => {
                let (laid, pool) = (Arc::clone(laid), Arc::clone(pool));
                Body::Replay {
                    len: part.len,
                    open: Arc::new(move || {
                        meter.restart();
                        let meter = Arc::clone(&meter);
                        read::range(Arc::clone(&laid), part, Arc::clone(&pool))
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
