//! The segments of a content, found when its bytes are first wanted.

use std::sync::{Arc, OnceLock};

use super::content::{Content, Origin, Segment};

/// Segments in their order, of these files.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) origins: Box<[Origin]>,
    pub(super) segments: Box<[Segment]>,
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

    /// The segments.
    pub(super) fn layout(&self) -> Arc<Layout> {
        if let Some(layout) = self.layout.get() {
            return Arc::clone(layout);
        }
        let layout = Arc::new(match &self.content {
            Content::File(origin) => Layout {
                origins: [origin.clone()].into(),
                segments: [Segment::Range {
                    origin: 0,
                    start: 0,
                    len: origin.identity.size,
                }]
                .into(),
            },
            Content::Assembly(assembly) => Layout {
                origins: assembly.origins().into(),
                segments: assembly.segments().into(),
            },
        });
        Arc::clone(self.layout.get_or_init(|| layout))
    }
}
