//! Where rows begin and end in a text file, without looking into them more than that.

mod array;
mod records;

use aep_core::transfer::Original;
use aep_core::{Error, ErrorKind, Result};
use tokio_util::sync::CancellationToken;

pub(super) use self::array::Elements;
pub(crate) use self::records::Records;
use crate::source::Content;
use crate::source::content::{Origin, Segment};

/// Bytes that are read at once.
const BLOCK: usize = 256 * 1024;

/// What a file is that its rows can't be told apart in.
pub(crate) type Odd = String;

/// Tells rows apart in a file that is read from front to back.
pub(crate) trait Rows {
    /// Goes over more bytes, the first of which is at offset `at` of the file; tells where each row begins and ends.
    fn more(&mut self, bytes: &[u8], at: u64, row: &mut impl FnMut(u64, u64)) -> Result<(), Odd>;

    /// There are no more bytes.
    fn end(&mut self, size: u64, row: &mut impl FnMut(u64, u64)) -> Result<(), Odd>;
}

/// A text file, as it is or without some of its rows, that is open for being looked at.
pub(super) struct Look<'a> {
    content: &'a Content,
    files: Vec<Original>,
    /// Runs of its bytes, by where they end.
    segments: Vec<(u64, Segment)>,
    cancel: &'a CancellationToken,
}

impl<'a> Look<'a> {
    pub(super) fn open(content: &'a Content, cancel: &'a CancellationToken) -> Result<Self> {
        let open = |origin: &Origin| {
            Original::open(&origin.path, origin.identity).map_err(|error| unreadable(origin, error))
        };
        let mut end = 0;
        let segments = content.slice(0, content.len()).into_iter();
        let segments = segments.map(|segment| {
            end += segment.len();
            (end, segment)
        });
        Ok(Self {
            content,
            segments: segments.collect(),
            files: content.origins().iter().map(open).collect::<Result<_>>()?,
            cancel,
        })
    }

    pub(super) fn size(&self) -> u64 {
        self.content.len()
    }

    /// The bytes from offset `at` on, as many as the buffer has room for or the file has.
    pub(super) fn read<'b>(&self, buffer: &'b mut [u8], at: u64) -> Result<&'b [u8]> {
        if self.cancel.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "look at the file")
                .with("file", self.content.path().display())
                .because("it was cancelled"));
        }
        let left = usize::try_from(self.size().saturating_sub(at)).unwrap_or(usize::MAX);
        let len = left.min(buffer.len());
        let (space, _) = buffer.split_at_mut(len);
        let mut filled = 0;
        let first = self.segments.partition_point(|(end, _)| *end <= at);
        for (end, segment) in self.segments.get(first..).unwrap_or_default() {
            let skip = (at + filled as u64).saturating_sub(end - segment.len());
            let room = space.get_mut(filled..).unwrap_or_default();
            if room.is_empty() {
                break;
            }
            filled += self.fill(room, segment, skip)?;
        }
        Ok(space)
    }

    /// Bytes of a segment from `skip` on, as many as there are or there is room for.
    fn fill(&self, room: &mut [u8], segment: &Segment, skip: u64) -> Result<usize> {
        let left = usize::try_from(segment.len().saturating_sub(skip)).unwrap_or(usize::MAX);
        let len = left.min(room.len());
        let (room, _) = room.split_at_mut(len);
        match segment {
            Segment::Text(text) => {
                let skip = usize::try_from(skip).unwrap_or(usize::MAX);
                let text = text.as_bytes().get(skip..).unwrap_or_default();
                room.copy_from_slice(text.get(..len).unwrap_or_default());
            }
            Segment::Range { origin, start, .. } => {
                let number = usize::try_from(*origin).unwrap_or(usize::MAX);
                let origins = self.content.origins();
                if let (Some(file), Some(origin)) = (self.files.get(number), origins.get(number)) {
                    file.read(&origin.path, room, start + skip)
                        .map_err(|error| unreadable(origin, error))?;
                }
            }
        }
        Ok(len)
    }

    /// One byte.
    pub(super) fn byte(&self, at: u64) -> Result<Option<u8>> {
        Ok(self.read(&mut [0], at)?.first().copied())
    }

    /// Whether the file begins with a byte order mark.
    pub(super) fn has_mark(&self) -> Result<bool> {
        Ok(self.read(&mut [0; 3], 0)? == MARK)
    }

    /// Reads the whole file; the inner error says why its rows can't be told apart.
    pub(super) fn rows(
        &self,
        rows: &mut impl Rows,
        mut row: impl FnMut(u64, u64),
    ) -> Result<Result<(), Odd>> {
        let mut buffer = vec![0; BLOCK];
        let mut at = 0;
        while at < self.size() {
            let bytes = self.read(&mut buffer, at)?;
            if let Err(odd) = rows.more(bytes, at, &mut row) {
                return Ok(Err(odd));
            }
            at += bytes.len() as u64;
        }
        self.done()?;
        Ok(rows.end(at, &mut row))
    }

    /// Looks whether the file is still the same.
    pub(super) fn done(&self) -> Result<()> {
        for (file, origin) in self.files.iter().zip(self.content.origins()) {
            file.check(&origin.path)
                .map_err(|error| unreadable(origin, error))?;
        }
        Ok(())
    }
}

/// What some programs put before text in UTF-8.
pub(super) const MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

pub(super) fn unreadable(origin: &Origin, error: std::io::Error) -> Error {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Io,
    };
    Error::new(kind, "read the file")
        .with("file", origin.path.display())
        .because(error)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// The rows of a text that comes in pieces of `step` bytes.
    pub(in crate::shape) fn rows_of(
        mut rows: impl Rows,
        text: &[u8],
        step: usize,
    ) -> Result<Vec<String>, Odd> {
        let mut found = Vec::new();
        let mut row = |start: u64, end: u64| {
            let range = usize::try_from(start).unwrap()..usize::try_from(end).unwrap();
            found.push(String::from_utf8_lossy(&text[range]).into_owned());
        };
        let mut at = 0;
        for piece in text.chunks(step) {
            rows.more(piece, at, &mut row)?;
            at += piece.len() as u64;
        }
        rows.end(at, &mut row)?;
        Ok(found)
    }
}
