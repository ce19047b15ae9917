//! Where rows begin and end in a text file, without looking into them more than that.

mod array;
mod records;

use aep_core::transfer::Original;
use aep_core::{Error, ErrorKind, Result};
use tokio_util::sync::CancellationToken;

pub(super) use self::array::Elements;
pub(super) use self::records::Records;
use crate::source::content::Origin;

/// Bytes that are read at once.
const BLOCK: usize = 256 * 1024;

/// What a file is that its rows can't be told apart in.
pub(super) type Odd = String;

/// Tells rows apart in a file that is read from front to back.
pub(super) trait Rows {
    /// Goes over more bytes, the first of which is at offset `at` of the file; tells where each row begins and ends.
    fn more(&mut self, bytes: &[u8], at: u64, row: &mut impl FnMut(u64, u64)) -> Result<(), Odd>;

    /// There are no more bytes.
    fn end(&mut self, size: u64, row: &mut impl FnMut(u64, u64)) -> Result<(), Odd>;
}

/// A file that is open for being looked at.
pub(super) struct Look<'a> {
    origin: &'a Origin,
    file: Original,
    cancel: &'a CancellationToken,
}

impl<'a> Look<'a> {
    pub(super) fn open(origin: &'a Origin, cancel: &'a CancellationToken) -> Result<Self> {
        let file = Original::open(&origin.path, origin.identity)
            .map_err(|error| unreadable(origin, error))?;
        Ok(Self {
            origin,
            file,
            cancel,
        })
    }

    pub(super) fn size(&self) -> u64 {
        self.origin.identity.size
    }

    /// The bytes from offset `at` on, as many as the buffer has room for or the file has.
    pub(super) fn read<'b>(&self, buffer: &'b mut [u8], at: u64) -> Result<&'b [u8]> {
        if self.cancel.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "look at the file")
                .with("file", self.origin.path.display())
                .because("it was cancelled"));
        }
        let left = usize::try_from(self.size().saturating_sub(at)).unwrap_or(usize::MAX);
        let len = left.min(buffer.len());
        let (space, _) = buffer.split_at_mut(len);
        self.file
            .read(&self.origin.path, space, at)
            .map_err(|error| unreadable(self.origin, error))?;
        Ok(space)
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
        self.file
            .check(&self.origin.path)
            .map_err(|error| unreadable(self.origin, error))
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
