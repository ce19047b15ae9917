//! What a file of a batch is made of, small enough to be kept for 100,000 of them and written into a journal.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::transfer::Changed;
use serde::{Deserialize, Serialize};

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

/// Segments of files in their order, with the few bytes between them that make a whole of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Assembly {
    origins: Box<[Origin]>,
    segments: Box<[Segment]>,
    len: u64,
}

/// A run of bytes of an [`Assembly`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Segment {
    /// These bytes: a separator, a bracket.
    Text(Box<str>),
    /// Bytes of an origin.
    Range {
        /// Its place among the origins.
        origin: u32,
        /// Offset of the first byte.
        start: u64,
        /// Number of bytes.
        len: u64,
    },
}

impl Segment {
    /// Number of bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Range { len, .. } => *len,
        }
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of its bytes; none if text would be cut inside of a character.
    fn part(&self, from: u64, to: u64) -> Option<Self> {
        Some(match self {
            Self::Text(text) => {
                let at = |byte: u64| usize::try_from(byte).ok();
                Self::Text(text.get(at(from)?..at(to)?)?.into())
            }
            Self::Range { origin, start, .. } => Self::Range {
                origin: *origin,
                start: start + from,
                len: to.saturating_sub(from),
            },
        })
    }
}

impl Assembly {
    /// Puts segments together. Those without bytes are left out.
    ///
    /// # Errors
    /// A segment that points at no origin or beyond its end; more bytes than can be counted.
    pub fn new(origins: Vec<Origin>, segments: Vec<Segment>) -> Result<Self, Misfit> {
        let mut len = 0_u64;
        for segment in &segments {
            if let Segment::Range {
                origin,
                start,
                len: bytes,
            } = segment
            {
                let size = usize::try_from(*origin)
                    .ok()
                    .and_then(|origin| origins.get(origin))
                    .ok_or(Misfit("a segment is of a file that is not there"))?
                    .identity
                    .size;
                if start.checked_add(*bytes).is_none_or(|end| end > size) {
                    return Err(Misfit("a segment ends behind its file"));
                }
            }
            len = len
                .checked_add(segment.len())
                .ok_or(Misfit("the segments are too long"))?;
        }
        Ok(Self {
            origins: origins.into(),
            segments: segments
                .into_iter()
                .filter(|segment| !segment.is_empty())
                .collect(),
            len,
        })
    }

    /// The files that the segments are of.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The segments in their order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }
}

/// Row groups of Parquet files in their order. The footer is not in here: it is made from the footers of the originals
/// when the bytes are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedGroups", into = "UncheckedGroups")]
pub struct Groups {
    origins: Box<[Origin]>,
    runs: Box<[Run]>,
    len: u64,
}

/// Row groups that follow each other in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Place of the file among the origins.
    pub origin: u32,
    /// Number of the first row group, from 0.
    pub first: u32,
    /// How many row groups.
    pub count: u32,
}

impl Groups {
    /// Row groups that have `len` bytes with everything around them.
    ///
    /// # Errors
    /// A run of no origin, or of nothing.
    pub fn new(origins: Vec<Origin>, runs: Vec<Run>, len: u64) -> Result<Self, Misfit> {
        for run in &runs {
            if usize::try_from(run.origin).map_or(true, |origin| origin >= origins.len()) {
                return Err(Misfit("row groups are of a file that is not there"));
            }
            if run.count == 0 || run.first.checked_add(run.count).is_none() {
                return Err(Misfit("a run has no row groups"));
            }
        }
        Ok(Self {
            origins: origins.into(),
            runs: runs.into(),
            len,
        })
    }

    /// The files that the row groups are of.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The row groups in their order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Number of bytes, with the footer.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Row groups as they are written down.
#[derive(Serialize, Deserialize)]
struct UncheckedGroups {
    origins: Vec<Origin>,
    runs: Vec<Run>,
    len: u64,
}

impl TryFrom<UncheckedGroups> for Groups {
    type Error = Misfit;

    fn try_from(unchecked: UncheckedGroups) -> Result<Self, Misfit> {
        Self::new(unchecked.origins, unchecked.runs, unchecked.len)
    }
}

impl From<Groups> for UncheckedGroups {
    fn from(groups: Groups) -> Self {
        Self {
            origins: groups.origins.into(),
            runs: groups.runs.into(),
            len: groups.len,
        }
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

/// An assembly as it is written down.
#[derive(Serialize, Deserialize)]
struct Unchecked {
    origins: Vec<Origin>,
    segments: Vec<Segment>,
}

impl TryFrom<Unchecked> for Assembly {
    type Error = Misfit;

    fn try_from(unchecked: Unchecked) -> Result<Self, Misfit> {
        Self::new(unchecked.origins, unchecked.segments)
    }
}

impl From<Assembly> for Unchecked {
    fn from(assembly: Assembly) -> Self {
        Self {
            origins: assembly.origins.into(),
            segments: assembly.segments.into(),
        }
    }
}

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

/// Paths as text, and byte by byte where they are none.
pub(crate) mod spelled {
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Spelled<'a> {
        #[serde(borrow)]
        Text(std::borrow::Cow<'a, str>),
        Bytes(Vec<u8>),
    }

    pub(crate) fn serialize<S: Serializer>(path: &Arc<Path>, to: S) -> Result<S::Ok, S::Error> {
        match path.to_str() {
            Some(text) => Spelled::Text(text.into()),
            None => Spelled::Bytes(path.as_os_str().as_encoded_bytes().to_vec()),
        }
        .serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Path>, D::Error> {
        Ok(match Spelled::deserialize(from)? {
            Spelled::Text(text) => PathBuf::from(text.into_owned()).into(),
            Spelled::Bytes(bytes) => path(bytes).map_err(serde::de::Error::custom)?.into(),
        })
    }

    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
    fn path(bytes: Vec<u8>) -> Result<PathBuf, &'static str> {
        use std::os::unix::ffi::OsStringExt;
        Ok(std::ffi::OsString::from_vec(bytes).into())
    }

    #[cfg(not(unix))]
    fn path(_: Vec<u8>) -> Result<PathBuf, &'static str> {
        Err("the path is no text")
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
