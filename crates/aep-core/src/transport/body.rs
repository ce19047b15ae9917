//! Bodies of requests.

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;

/// Opens a body from its beginning.
pub type Open = Arc<dyn Fn() -> BoxStream<'static, io::Result<Bytes>> + Send + Sync>;

/// What a request carries. It can be sent again from the beginning, because an attempt may fail.
#[derive(Clone, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// Bytes in memory.
    Bytes(Bytes),
    /// Bytes from elsewhere, opened once for every attempt. Sent with a `Content-Length` of `len`; a stream of another
    /// length, or an error of the stream, fails the request with [`ErrorKind::Io`](crate::ErrorKind::Io) and is not
    /// retried.
    Replay {
        /// The exact length in bytes.
        len: u64,
        /// Opens the bytes from the beginning.
        open: Open,
    },
}

impl Body {
    /// A body from a function that opens it; see [`Body::Replay`].
    pub fn replay<F>(len: u64, open: F) -> Self
    where
        F: Fn() -> BoxStream<'static, io::Result<Bytes>> + Send + Sync + 'static,
    {
        Self::Replay {
            len,
            open: Arc::new(open),
        }
    }

    /// The length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Replay { len, .. } => *len,
        }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self::Bytes(bytes.into())
    }
}

/// Shows the length, never the content.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Replay { len, .. } => write!(f, "Replay({len} bytes)"),
        }
    }
}
