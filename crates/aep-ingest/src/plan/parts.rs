//! The requests that carry one file.

use super::Limits;

/// A run of bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// Offset of the first byte.
    pub start: u64,
    /// Number of bytes.
    pub len: u64,
}

/// How `Content-Range` is written. Adobe documents the form without the total; the form of RFC 9110 is plausible for
/// the real service but unpublished, so it is only tried when the first chunk is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RangeForm {
    /// `bytes {first}-{last}`
    #[default]
    Documented,
    /// `bytes {first}-{last}/{total}`
    WithTotal,
}

impl Part {
    /// Offset of the last byte, inclusive.
    pub fn last(&self) -> u64 {
        self.start + self.len.saturating_sub(1)
    }

    /// Value of the `Content-Range` header.
    pub fn content_range(&self, total: u64, form: RangeForm) -> String {
        match form {
            RangeForm::Documented => format!("bytes {}-{}", self.start, self.last()),
            RangeForm::WithTotal => format!("bytes {}-{}/{total}", self.start, self.last()),
        }
    }
}

/// The parts of one file, made when they are asked for, so that a plan stays small however large its files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parts {
    /// One PUT with all bytes.
    Whole(Part),
    /// Opened, sent in chunks, closed.
    Chunks {
        /// Size of the file in bytes.
        total: u64,
        /// Size of every chunk but the last.
        chunk: u64,
    },
}

impl Parts {
    pub(crate) fn of(size: u64, limits: &Limits) -> Self {
        if size <= limits.single_put_bytes {
            Self::Whole(Part {
                start: 0,
                len: size,
            })
        } else {
            Self::Chunks {
                total: size,
                chunk: limits.chunk_bytes.max(1),
            }
        }
    }

    /// How many requests with bytes there are.
    pub fn count(&self) -> u64 {
        match self {
            Self::Whole(_) => 1,
            Self::Chunks { total, chunk } => total.div_ceil(*chunk),
        }
    }

    /// Number of bytes in all parts.
    pub(crate) fn total(&self) -> u64 {
        match self {
            Self::Whole(part) => part.len,
            Self::Chunks { total, .. } => *total,
        }
    }

    /// Bytes of a part; 0 if the file goes whole.
    pub(crate) fn chunk(&self) -> u64 {
        match self {
            Self::Whole(_) => 0,
            Self::Chunks { chunk, .. } => *chunk,
        }
    }

    /// Whether this is one of the parts.
    pub(crate) fn holds(&self, part: Part) -> bool {
        match self {
            Self::Whole(whole) => *whole == part,
            Self::Chunks { total, chunk } => {
                part.start.is_multiple_of(*chunk)
                    && part.start < *total
                    && part.len == (*chunk).min(total - part.start)
            }
        }
    }

    /// The parts in order.
    pub fn iter(&self) -> impl Iterator<Item = Part> + Send + 'static {
        let (total, chunk) = match *self {
            Self::Whole(part) => (part.len, part.len.max(1)),
            Self::Chunks { total, chunk } => (total, chunk),
        };
        (0..self.count()).map(move |index| {
            let start = index * chunk;
            Part {
                start,
                len: chunk.min(total - start),
            }
        })
    }
}
