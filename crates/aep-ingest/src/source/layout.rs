//! The segments of a content, found when its bytes are first wanted.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::content::{Content, Origin, Segment};
use crate::shape;

/// Segments in their order, of these files.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) origins: Box<[Origin]>,
    pub(crate) segments: Box<[Stretch]>,
}

/// A run of bytes.
#[derive(Debug)]
pub(crate) enum Stretch {
    /// These.
    Bytes(Bytes),
    /// Those of a file.
    Range { origin: u32, start: u64, len: u64 },
}

impl Stretch {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Range { len, .. } => *len,
        }
    }
}

impl From<&Segment> for Stretch {
    fn from(segment: &Segment) -> Self {
        match segment {
            Segment::Text(text) => Self::Bytes(Bytes::copy_from_slice(text.as_bytes())),
            Segment::Range { origin, start, len } => Self::Range {
                origin: *origin,
                start: *start,
                len: *len,
            },
        }
    }
}

impl Layout {
    /// The origin that a byte is of, by its place among them, and the byte's offset there; none for what is of no file.
    pub(crate) fn origin_of(&self, byte: u64) -> Option<(usize, u64)> {
        let mut before = 0;
        for stretch in &self.segments {
            let len = stretch.len();
            if byte < before + len {
                let Stretch::Range { origin, start, .. } = stretch else {
                    return None;
                };
                return Some((usize::try_from(*origin).ok()?, start + byte - before));
            }
            before += len;
        }
        None
    }
}

/// Writes all bytes of a content, and says where they are from. Blocks.
pub(crate) fn copy(content: &Content, out: &mut impl Write) -> io::Result<Arc<Layout>> {
    let layout = Laid::new(content.clone()).layout()?;
    for stretch in &layout.segments {
        match stretch {
            Stretch::Bytes(bytes) => out.write_all(bytes)?,
            Stretch::Range { origin, start, len } => {
                let origin = usize::try_from(*origin).ok();
                let origin = origin.and_then(|origin| layout.origins.get(origin));
                let Some(origin) = origin else { continue };
                let mut file = File::open(&origin.path)?;
                file.seek(SeekFrom::Start(*start))?;
                if io::copy(&mut file.take(*len), out)? < *len {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
    }
    Ok(layout)
}

/// A content whose layout is worked out once. Clones share it.
#[derive(Debug)]
pub(super) struct Laid {
    pub(super) content: Content,
    layout: OnceLock<Arc<Layout>>,
}

impl Laid {
    pub(super) fn new(content: Content) -> Self {
        Self {
            content,
            layout: OnceLock::new(),
        }
    }

    /// The segments. May read from the files, so blocks.
    pub(super) fn layout(&self) -> io::Result<Arc<Layout>> {
        if let Some(layout) = self.layout.get() {
            return Ok(Arc::clone(layout));
        }
        let layout = Arc::new(match &self.content {
            Content::File(origin) => Layout {
                origins: [origin.clone()].into(),
                segments: [Stretch::Range {
                    origin: 0,
                    start: 0,
                    len: origin.identity.size,
                }]
                .into(),
            },
            Content::Assembly(assembly) => Layout {
                origins: assembly.origins().into(),
                segments: assembly.segments().iter().map(Stretch::from).collect(),
            },
            Content::Groups(groups) => shape::layout(groups)?,
        });
        Ok(Arc::clone(self.layout.get_or_init(|| layout)))
    }
}
