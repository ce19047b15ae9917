//! What tells one state of a file from another.

use std::fmt;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// Size, time of change and inode of a file. Two equal identities mean the same content, as far as a file system can
/// tell without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// Size in bytes.
    pub size: u64,
    /// Time of the last change, in nanoseconds since 1970; 0 where the system has none.
    pub modified: i64,
    /// Number of the file in its file system; 0 where the system has none.
    pub inode: u64,
}

impl Identity {
    /// The identity that the operating system reports.
    pub fn of(metadata: &Metadata) -> Self {
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

    /// Compares with what the file at `path` is now.
    ///
    /// # Errors
    /// One that holds a [`Changed`].
    pub fn check(&self, now: &Metadata, path: &Path) -> io::Result<()> {
        let found = Self::of(now);
        if found == *self {
            return Ok(());
        }
        let what = if found.size != self.size {
            format!("it had {} bytes and has {} now", self.size, found.size)
        } else if found.inode != self.inode {
            "another file has taken its place".to_owned()
        } else {
            "it was written to".to_owned()
        };
        Err(io::Error::other(Changed {
            path: path.to_owned(),
            what,
        }))
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

/// A file is not what it was when it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    path: PathBuf,
    what: String,
}

impl Changed {
    /// The change that an error is about, if it is about one.
    pub fn find(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// How the file differs: `it was written to`.
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} changed while it was being sent: {}",
            self.path.display(),
            self.what
        )
    }
}

impl std::error::Error for Changed {}
