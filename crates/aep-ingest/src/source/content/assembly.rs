//! Runs of bytes of files, put together.

use serde::{Deserialize, Serialize};

use super::{Misfit, Origin};

/// Segments of files in their order, with the few bytes between them that make a whole of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Assembly {
    pub(super) origins: Box<[Origin]>,
    pub(super) segments: Box<[Segment]>,
    pub(super) len: u64,
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
    pub(super) fn part(&self, from: u64, to: u64) -> Option<Self> {
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
