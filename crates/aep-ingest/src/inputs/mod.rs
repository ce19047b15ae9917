//! From what a person names to the files that are meant: files, directories, patterns and standard input.

mod walk;

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use tempfile::TempPath;

use crate::jobs::SPOOL;
use crate::plan::{Reason, Refusal};
use crate::source::Identity;

/// What is to be uploaded.
#[derive(Clone, Default)]
pub struct Inputs {
    entries: Vec<Entry>,
}

#[derive(Clone)]
enum Entry {
    /// A file, a directory or a pattern.
    Path(PathBuf),
    /// A file under a name that was chosen for it.
    Named { path: PathBuf, name: String },
    /// Bytes that were read from elsewhere; the file goes away with the last reference to it.
    Spooled { path: Arc<TempPath>, name: String },
}

/// A file that was found, with the name that it asks for in the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: Arc<Path>,
    pub(crate) name: Box<str>,
    pub(crate) identity: Identity,
}

/// What was found, and what should be said about it.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) files: Vec<Found>,
    pub(crate) notes: Vec<String>,
    pub(crate) refused: Vec<Refusal>,
}

impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths = self.entries.iter().map(|entry| match entry {
            Entry::Path(path) | Entry::Named { path, .. } => path.display().to_string(),
            Entry::Spooled { name, .. } => format!("({name})"),
        });
        f.debug_list().entries(paths).finish()
    }
}

impl Inputs {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Files, directories and patterns (`*`, `?`, `[…]`), in this order. A path that exists is never a pattern.
    pub fn paths<I>(paths: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<PathBuf>,
    {
        Self {
            entries: paths
                .into_iter()
                .map(|path| Entry::Path(path.into()))
                .collect(),
        }
    }

    /// Also this file, directory or pattern.
    ///
    /// A directory is taken with everything below it, except entries whose names begin with `.` or `_`: those are marks
    /// and leftovers of other programs (`_SUCCESS`, `._x`), unless they denote a partition (`_day=1`). Links are
    /// followed, and no file is taken twice.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.entries.push(Entry::Path(path.into()));
        self
    }

    /// Also this file, under a name of its own in the batch (segments joined by `/`).
    #[must_use]
    pub fn file_as(mut self, path: impl Into<PathBuf>, name: impl Into<String>) -> Self {
        self.entries.push(Entry::Named {
            path: path.into(),
            name: name.into(),
        });
        self
    }

    /// Also what `reader` yields, for example standard input. It is copied into a temporary file that only this user can
    /// read and that is removed when the inputs are dropped, because a request may have to be repeated. Blocks.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it can't be read or stored.
    pub fn reader(mut self, mut reader: impl Read, name: impl Into<String>) -> Result<Self> {
        let name = name.into();
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Io, "keep the input in a temporary file")
                .with("input", &name)
                .because(error)
        };
        let mut file = tempfile::Builder::new()
            .prefix(SPOOLED)
            .tempfile()
            .map_err(failed)?;
        std::io::copy(&mut reader, &mut file).map_err(failed)?;
        self.entries.push(Entry::Spooled {
            path: Arc::new(file.into_temp_path()),
            name,
        });
        Ok(self)
    }

    /// Whether nothing was named.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether something was read from a reader.
    pub(crate) fn has_spooled(&self) -> bool {
        let spooled = |entry: &Entry| matches!(entry, Entry::Spooled { .. });
        self.entries.iter().any(spooled)
    }

    /// Moves what was read from readers into this directory, where it outlives the process. Blocks.
    pub(crate) fn settle(&mut self, directory: &Path) -> Result<()> {
        for entry in &mut self.entries {
            let Entry::Spooled { path, name } = entry else {
                continue;
            };
            let settled = directory.join(path.file_name().unwrap_or_default());
            // between file systems it has to be copied
            std::fs::rename(&**path, &settled)
                .or_else(|_| std::fs::copy(&**path, &settled).map(drop))
                .map_err(|error| {
                    Error::new(ErrorKind::Io, "keep the input with the run")
                        .with("input", &name)
                        .with("directory", directory.display())
                        .because(error)
                })?;
            *entry = Entry::Named {
                path: settled,
                name: std::mem::take(name),
            };
        }
        Ok(())
    }

    /// Looks at the file system. Blocks.
    pub(crate) fn list(&self) -> Listing {
        let mut listing = Listing::default();
        let mut seen = walk::Seen::default();
        for entry in &self.entries {
            match entry {
                Entry::Path(path) => walk::path(path, &mut seen, &mut listing),
                Entry::Named { path, name } => named(path, name, &mut listing),
                Entry::Spooled { path, name } => named(path, name, &mut listing),
            }
        }
        listing
    }
}

/// How the names of the temporary files begin that keep what was read from a reader.
const SPOOLED: &str = "aep-input-";

/// What people are told a file is called: a temporary one has the name that the caller gave.
pub(crate) fn shown(path: &Path, name: &str) -> Option<String> {
    let file = path.file_name()?.to_str()?;
    let kept = path.parent().is_some_and(|parent| parent.ends_with(SPOOL));
    let spooled = file.starts_with(SPOOLED) && (kept || path.starts_with(std::env::temp_dir()));
    spooled.then(|| name.to_owned())
}

fn named(path: &Path, name: &str, listing: &mut Listing) {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {
            listing.files.push(Found {
                path: path.into(),
                name: name.into(),
                identity: Identity::of(&metadata),
            });
        }
        Ok(_) => unreadable(path, "it is not a regular file".to_owned(), listing),
        Err(error) => failed(path, &error, listing),
    }
}

/// A file that the operating system does not give.
fn failed(path: &Path, error: &std::io::Error, listing: &mut Listing) {
    if error.kind() == std::io::ErrorKind::NotFound {
        missing(path, error.to_string(), listing);
    } else {
        unreadable(path, error.to_string(), listing);
    }
}

fn missing(path: &Path, why: String, listing: &mut Listing) {
    listing.refused.push(Refusal {
        path: path.into(),
        reason: Reason::Missing { why },
    });
}

fn unreadable(path: &Path, why: String, listing: &mut Listing) {
    listing.refused.push(Refusal {
        path: path.into(),
        reason: Reason::Unreadable { why },
    });
}
