//! Text, row after row.

use tokio_util::sync::CancellationToken;

use super::{Fits, Look};
use crate::plan::Candidate;
use crate::shape::scan::{self, Elements, MARK, Records};
use crate::source::Content;
use crate::source::content::{Assembly, Origin, Segment};
use crate::validate::CsvOptions;

/// A longer header is not compared.
const HEADER: u64 = 1 << 20;

/// Segments in one packed file, at most: its description is in memory, and in a journal.
const SEGMENTS: usize = 20_000;

/// The rows of a file.
pub(super) struct Seen {
    content: Content,
    style: &'static Style,
    /// The header, without its line break.
    header: Box<[u8]>,
    /// Bytes of the header in the file.
    head: u64,
    start: u64,
    end: u64,
    /// Whether its last row ends with a line break.
    ended: bool,
}

/// What goes around and between the rows.
struct Style {
    before: &'static str,
    between: &'static str,
    after: &'static str,
    /// Every row ends with a line break.
    lines: bool,
}

const LINES: Style = Style {
    before: "",
    between: "",
    after: "",
    lines: true,
};

const ARRAY: Style = Style {
    before: "[",
    between: ",",
    after: "]",
    lines: false,
};

/// JSON Lines: all of the file but a byte order mark.
pub(super) fn lines(file: &Candidate, cancel: &CancellationToken) -> Look<Seen> {
    seen(file, cancel, |look| {
        let start = if look.has_mark()? {
            MARK.len() as u64
        } else {
            0
        };
        Ok(Ok((0, start, look.size())))
    })
}

/// CSV: everything behind the header.
pub(super) fn records(file: &Candidate, cancel: &CancellationToken) -> Look<Seen> {
    seen(file, cancel, |look| {
        let mut head = None;
        let mut rows = None;
        let mut scan = Records::new(&CsvOptions::default());
        let scanned = look.rows(&mut scan, |start, end| {
            if head.is_none() {
                head = Some(end);
            } else {
                rows = Some((rows.map_or(start, |(first, _)| first), end));
            }
        })?;
        Ok(scanned.and_then(|()| match (head, rows) {
            (Some(head), Some((start, end))) => Ok((head, start, end)),
            _ => Err("it has no rows".to_owned()),
        }))
    })
}

/// A JSON array: everything between its brackets.
pub(super) fn elements(file: &Candidate, cancel: &CancellationToken) -> Look<Seen> {
    seen(file, cancel, |look| {
        let mut rows: Option<(u64, u64)> = None;
        let scanned = look.rows(&mut Elements::default(), |start, end| {
            rows = Some((rows.map_or(start, |(first, _)| first), end));
        })?;
        Ok(scanned.and_then(|()| match rows {
            Some((start, end)) => Ok((0, start, end)),
            None => Err("it has no rows".to_owned()),
        }))
    })
}

/// Looks at a file: `find` says where its header ends, and where its rows begin and end.
fn seen(
    file: &Candidate,
    cancel: &CancellationToken,
    find: impl FnOnce(&scan::Look<'_>) -> Look<(u64, u64, u64)>,
) -> Look<Seen> {
    let look = scan::Look::open(&file.content, cancel)?;
    let (head, start, end) = match find(&look)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    if head > HEADER {
        return Ok(Err(format!("its header has {head} bytes")));
    }
    let mut header = vec![0; usize::try_from(head).unwrap_or_default()];
    look.read(&mut header, 0)?;
    let text = header.strip_prefix(MARK).unwrap_or(&header);
    let ended = look.byte(end.saturating_sub(1))? == Some(b'\n');
    look.done()?;
    Ok(Ok(Seen {
        content: file.content.clone(),
        style: if file.format == crate::Format::Json {
            &ARRAY
        } else {
            &LINES
        },
        header: text.trim_ascii().into(),
        head,
        start,
        end,
        ended,
    }))
}

/// Files whose rows go one after the other.
pub(super) struct Pack {
    header: Box<[u8]>,
    style: &'static Style,
    origins: Vec<Origin>,
    segments: Vec<Segment>,
    len: u64,
}

impl Pack {
    fn push(&mut self, segment: Segment) {
        self.len += segment.len();
        if !segment.is_empty() {
            self.segments.push(segment);
        }
    }

    fn rows(&mut self, seen: &Seen) {
        let before = u32::try_from(self.origins.len()).unwrap_or(u32::MAX);
        let mut start = seen.start;
        if before == 0 && seen.head > 0 {
            // the header, and what may be between it and the first row
            start = 0;
        }
        for mut segment in seen.content.slice(start, seen.end) {
            if let Segment::Range { origin, .. } = &mut segment {
                *origin += before;
            }
            self.push(segment);
        }
        if self.style.lines && !seen.ended {
            self.push(Segment::Text("\n".into()));
        }
        self.origins.extend_from_slice(seen.content.origins());
    }
}

impl super::Pack for Pack {
    type Seen = Seen;

    fn begin(mut seen: Seen) -> Self {
        let mut pack = Self {
            header: std::mem::take(&mut seen.header),
            style: seen.style,
            origins: Vec::new(),
            segments: Vec::new(),
            len: 0,
        };
        pack.push(Segment::Text(seen.style.before.into()));
        pack.rows(&seen);
        pack
    }

    fn fits(&self, seen: &Seen, target: u64) -> Fits {
        let around = (self.style.between.len() + self.style.after.len()) as u64;
        if self.header != seen.header {
            Fits::Other
        } else if self.segments.len() > SEGMENTS
            || self.len + around + (seen.end - seen.start) + 1 > target
        {
            Fits::Full
        } else {
            Fits::Yes
        }
    }

    fn take(&mut self, seen: Seen) {
        self.push(Segment::Text(self.style.between.into()));
        self.rows(&seen);
    }

    fn finish(mut self) -> Option<Content> {
        self.push(Segment::Text(self.style.after.into()));
        let assembly = Assembly::new(self.origins, self.segments).ok()?;
        Some(Content::Assembly(Box::new(assembly)))
    }
}
