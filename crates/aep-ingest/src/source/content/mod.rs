//! What a file of a batch is made of, small enough to be kept for 100,000 of them and written into a journal.

mod assembly;
mod groups;
pub(crate) mod spelled;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::transfer::Changed;
use serde::{Deserialize, Serialize};

pub use self::assembly::{Assembly, Segment};
pub use self::groups::{Groups, Run};
use super::Identity;

/// What a file of a batch is made of: a file as it is, or pieces of files put together. Holds names and numbers, never
/// the bytes; [`Source`](crate::Source) reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Content {
    /// A file as it is.
    File(Origin),
    /// Pieces of one or more files.
    Assembly(Box<Assembly>),
    /// Row groups of one or more Parquet files, under a footer of their own.
    Groups(Box<Groups>),
}

/// A file on this machine, as it was when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Where it is.
    #[serde(with = "spelled")]
    pub path: Arc<Path>,
    /// What it was; a file that differs later is not sent.
    #[serde(flatten)]
    pub identity: Identity,
}

impl Origin {
    /// What is different about the file now, if anything is.
    pub(crate) fn change(&self) -> Option<String> {
        let now = std::fs::metadata(&self.path);
        let error = now
            .and_then(|now| self.identity.check(&now, &self.path))
            .err()?;
        Some(match Changed::find(&error) {
            Some(changed) => changed.what().to_owned(),
            None => error.to_string(),
        })
    }
}

/// Why segments make no whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfit(&'static str);

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Misfit {}

impl Content {
    /// A file as it is.
    pub fn file(path: impl Into<PathBuf>, identity: Identity) -> Self {
        Self::File(Origin {
            path: path.into().into(),
            identity,
        })
    }

    /// Number of bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::File(origin) => origin.identity.size,
            Self::Assembly(assembly) => assembly.len,
            Self::Groups(groups) => groups.len,
        }
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The files that the bytes are of.
    pub fn origins(&self) -> &[Origin] {
        match self {
            Self::File(origin) => std::slice::from_ref(origin),
            Self::Assembly(assembly) => &assembly.origins,
            Self::Groups(groups) => &groups.origins,
        }
    }

    /// The segments that bytes of it are of; none of row groups, which have a footer that is nowhere.
    pub(crate) fn slice(&self, start: u64, end: u64) -> Vec<Segment> {
        let whole;
        let segments = match self {
            Self::File(origin) => {
                whole = [Segment::Range {
                    origin: 0,
                    start: 0,
                    len: origin.identity.size,
                }];
                &whole[..]
            }
            Self::Assembly(assembly) => &assembly.segments,
            Self::Groups(_) => &[],
        };
        let mut slice = Vec::new();
        let mut at = 0;
        for segment in segments {
            let from = start.clamp(at, at + segment.len()) - at;
            let to = end.clamp(at, at + segment.len()) - at;
            at += segment.len();
            slice.extend(segment.part(from, to).filter(|part| !part.is_empty()));
        }
        slice
    }

    /// The file, if it is sent as it is.
    pub fn whole(&self) -> Option<&Origin> {
        match self {
            Self::File(origin) => Some(origin),
            Self::Assembly(_) | Self::Groups(_) => None,
        }
    }

    /// Takes relative paths as below this directory.
    pub(crate) fn below(&mut self, directory: &Path) {
        let origins = match self {
            Self::File(origin) => std::slice::from_mut(origin),
            Self::Assembly(assembly) => &mut assembly.origins,
            Self::Groups(groups) => &mut groups.origins,
        };
        for origin in origins {
            if origin.path.is_relative() {
                origin.path = directory.join(&origin.path).into();
            }
        }
    }

    /// Where the bytes are, or the first of them.
    pub fn path(&self) -> &Path {
        self.origins()
            .first()
            .map_or(Path::new(""), |origin| &origin.path)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn origin(path: &str, size: u64) -> Origin {
        Origin {
            path: Path::new(path).into(),
            identity: Identity {
                size,
                modified: 7,
                inode: 3,
            },
        }
    }

    fn range(origin: u32, start: u64, len: u64) -> Segment {
        Segment::Range { origin, start, len }
    }

    #[test]
    fn content_is_written_down_and_read_again() {
        let whole = Content::File(origin("a/b.json", 5));
        let written = serde_json::to_value(&whole).unwrap();
        assert_eq!(
            written,
            json!({"file": {"path": "a/b.json", "size": 5, "modified": 7, "inode": 3}})
        );
        assert_eq!(serde_json::from_value::<Content>(written).unwrap(), whole);
        let parts = vec![
            Segment::Text("[".into()),
            range(0, 1, 3),
            Segment::Text("".into()),
            range(1, 0, 9),
        ];
        let assembly = Assembly::new(vec![origin("a", 5), origin("b", 9)], parts).unwrap();
        assert_eq!(assembly.segments().len(), 3);
        let content = Content::Assembly(Box::new(assembly));
        assert_eq!(content.len(), 13);
        let text = serde_json::to_string(&content).unwrap();
        assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), content);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text_survives() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"a\xff.json"));
        let identity = origin("", 1).identity;
        let content = Content::file(path, identity);
        let text = serde_json::to_string(&content).unwrap();
        assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), content);
    }

    #[test]
    fn what_makes_no_whole_is_refused() {
        for segment in [range(1, 0, 1), range(0, 3, 3), range(0, u64::MAX, 2)] {
            let written = json!({"assembly": {"origins": [origin("a", 5)], "segments": [segment]}});
            assert!(serde_json::from_value::<Content>(written).is_err());
        }
        for (origin, count) in [(1, 1), (0, 0)] {
            let run = json!({"origin": origin, "first": 0, "count": count});
            let groups = json!({"origins": [self::origin("a", 5)], "runs": [run], "len": 9});
            assert!(serde_json::from_value::<Content>(json!({ "groups": groups })).is_err());
        }
    }
}
