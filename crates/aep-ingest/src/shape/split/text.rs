//! Text, cut where rows end.

use aep_core::{Error, ErrorKind, Result};
use memchr::memrchr;
use tokio_util::sync::CancellationToken;

use super::Cut;
use crate::shape::scan::{Elements, Look, Records};
use crate::source::Content;
use crate::source::content::{Assembly, Misfit, Segment};
use crate::validate::CsvOptions;

/// Bytes that are looked at together in the search for a line break.
const BLOCK: u64 = 64 * 1024;

/// Puts rows into as few pieces as possible, in their order.
struct Greedy {
    /// Bytes that the rows of a piece may have.
    room: u64,
    open: Option<(u64, u64)>,
    pieces: Vec<(u64, u64)>,
    /// The first row that has no room at all.
    long: Option<(u64, u64)>,
}

impl Greedy {
    fn new(room: u64) -> Self {
        Self {
            room,
            open: None,
            pieces: Vec::new(),
            long: None,
        }
    }

    fn row(&mut self, start: u64, end: u64) {
        if end - start > self.room {
            self.long.get_or_insert((start, end));
        }
        match &mut self.open {
            Some((from, to)) if end - *from <= self.room => *to = end,
            open => self.pieces.extend(open.replace((start, end))),
        }
    }

    fn finish(mut self) -> std::result::Result<Vec<(u64, u64)>, String> {
        if let Some((start, end)) = self.long {
            return Err(long(start, end - start));
        }
        self.pieces.extend(self.open);
        if self.pieces.is_empty() {
            return Err("it has no rows".to_owned());
        }
        Ok(self.pieces)
    }
}

fn long(start: u64, bytes: u64) -> String {
    format!("its row at byte {start} has {bytes} bytes, more than a request takes")
}

/// Pieces with something before and after each.
fn pieces(
    content: &Content,
    found: std::result::Result<Vec<(u64, u64)>, String>,
    before: &[Segment],
    after: &[Segment],
) -> Result<Cut> {
    let ranges = match found {
        Ok(ranges) => ranges,
        Err(why) => return Ok(Cut::Whole(why)),
    };
    let pieces = ranges.into_iter().map(|(start, end)| {
        let segments = [before, &content.slice(start, end), after].concat();
        let assembly = Assembly::new(content.origins().to_vec(), segments)?;
        Ok(Content::Assembly(Box::new(assembly)))
    });
    let pieces = pieces.collect::<std::result::Result<_, Misfit>>();
    Ok(Cut::Pieces(pieces.map_err(|misfit| {
        Error::new(ErrorKind::Other, "split the file")
            .with("file", content.path().display())
            .because(misfit)
    })?))
}

/// JSON Lines: only the surroundings of the cuts are read.
pub(super) fn lines(content: &Content, limit: u64, cancel: &CancellationToken) -> Result<Cut> {
    let look = Look::open(content, cancel)?;
    let mut buffer = vec![0; usize::try_from(BLOCK).unwrap_or(usize::MAX)];
    let mut found = Vec::new();
    let mut start = after_blanks(&look, &mut buffer, 0)?;
    while look.size() - start > limit {
        let Some(end) = last_line(&look, &mut buffer, start, start + limit)? else {
            let end = next_line(&look, &mut buffer, start + limit)?;
            return Ok(Cut::Whole(long(start, end - start)));
        };
        found.push((start, end));
        start = after_blanks(&look, &mut buffer, end)?;
    }
    if start < look.size() {
        found.push((start, look.size()));
    }
    look.done()?;
    pieces(content, Ok(found), &[], &[])
}

/// Behind the last line break in a range.
fn last_line(look: &Look<'_>, buffer: &mut [u8], start: u64, end: u64) -> Result<Option<u64>> {
    let mut to = end;
    while to > start {
        let from = to.saturating_sub(BLOCK).max(start);
        let len = usize::try_from(to - from).unwrap_or(buffer.len());
        let (space, _) = buffer.split_at_mut(len.min(buffer.len()));
        if let Some(found) = memrchr(b'\n', look.read(space, from)?) {
            return Ok(Some(from + found as u64 + 1));
        }
        to = from;
    }
    Ok(None)
}

/// Behind the next line break.
fn next_line(look: &Look<'_>, buffer: &mut [u8], from: u64) -> Result<u64> {
    let mut at = from;
    while at < look.size() {
        let bytes = look.read(buffer, at)?;
        match memchr::memchr(b'\n', bytes) {
            Some(found) => return Ok(at + found as u64 + 1),
            None => at += bytes.len() as u64,
        }
    }
    Ok(at)
}

/// The first byte from `at` on that is no blank.
fn after_blanks(look: &Look<'_>, buffer: &mut [u8], at: u64) -> Result<u64> {
    let mut at = at;
    while at < look.size() {
        let bytes = look.read(buffer, at)?;
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        match bytes.iter().position(|byte| !blank(byte)) {
            Some(found) => return Ok(at + found as u64),
            None => at += bytes.len() as u64,
        }
    }
    Ok(at)
}

/// CSV: the header goes before every piece.
pub(super) fn records(content: &Content, limit: u64, cancel: &CancellationToken) -> Result<Cut> {
    let mut header = 0;
    let mut rows: Option<Greedy> = None;
    let mut scan = Records::new(&CsvOptions::default());
    let scanned = Look::open(content, cancel)?.rows(&mut scan, |start, end| {
        if let Some(rows) = &mut rows {
            rows.row(start, end);
        } else {
            header = end;
            rows = Some(Greedy::new(limit.saturating_sub(end)));
        }
    })?;
    let found = scanned.and_then(|()| {
        rows.ok_or_else(|| "it has no header".to_owned())
            .and_then(Greedy::finish)
    });
    pieces(content, found, &content.slice(0, header), &[])
}

/// A JSON array: brackets go around every piece.
pub(super) fn elements(content: &Content, limit: u64, cancel: &CancellationToken) -> Result<Cut> {
    let mut rows = Greedy::new(limit.saturating_sub(2));
    let scanned = Look::open(content, cancel)?
        .rows(&mut Elements::default(), |start, end| rows.row(start, end))?;
    let found = scanned.and_then(|()| rows.finish());
    let bracket = |bracket: &str| [Segment::Text(bracket.into())];
    pieces(content, found, &bracket("["), &bracket("]"))
}
