//! JSON Lines: one object per line.

use std::io::BufRead;

use super::{Header, MAX_ROW, Row, Rows, json};
use crate::lake::datum::Datum;
use crate::lake::fault::Fault;

/// Rows of a JSON Lines file. Lines of nothing but white space are skipped (emulator choice; the last one may be blank
/// by the published rule).
pub(crate) struct Lines<R> {
    source: R,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            line: Vec::new(),
        }
    }

    /// Reads up to the next line feed, keeping at most [`MAX_ROW`] bytes. Answers how many there were; 0 is the end.
    fn fill(&mut self) -> std::io::Result<usize> {
        self.line.clear();
        let mut total = 0;
        loop {
            let chunk = self.source.fill_buf()?;
            if chunk.is_empty() {
                return Ok(total);
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(chunk.len(), |at| at + 1);
            let room = (MAX_ROW + 1).saturating_sub(self.line.len());
            self.line.extend_from_slice(&chunk[..used.min(room)]);
            total += used;
            self.source.consume(used);
            if end.is_some() {
                return Ok(total);
            }
        }
    }
}

impl<R: BufRead> Rows for Lines<R> {
    fn next_row(&mut self) -> Result<Option<Row>, Fault> {
        loop {
            let size = self.fill().map_err(|error| Fault::io(&error))?;
            if size == 0 {
                return Ok(None);
            }
            if size > MAX_ROW {
                return Ok(Some(Row::corrupt(
                    &self.line,
                    format!("the line is longer than {MAX_ROW} bytes"),
                )));
            }
            let line = self.line.trim_ascii();
            if !line.is_empty() {
                return Ok(Some(object(line)));
            }
        }
    }

    fn header(&self) -> Header<'_> {
        Header::None
    }
}

/// A row must be an object.
pub(crate) fn object(text: &[u8]) -> Row {
    match json::parse(text) {
        Ok(datum @ Datum::Object(_)) => Row::Good(datum, text.len()),
        Ok(other) => Row::corrupt(
            text,
            format!("a row must be an object, found {}", other.type_name()),
        ),
        Err(error) => Row::corrupt(text, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::lake::read::unmarked;

    fn rows(text: &[u8]) -> Vec<Row> {
        let mut lines = Lines::new(unmarked(text).unwrap());
        std::iter::from_fn(|| lines.next_row().unwrap()).collect()
    }

    fn goods(text: &[u8]) -> (usize, usize) {
        let rows = rows(text);
        let good = rows
            .iter()
            .filter(|row| matches!(row, Row::Good(..)))
            .count();
        (good, rows.len() - good)
    }

    #[test]
    fn every_line_is_a_row_of_its_own() {
        assert_eq!(goods(b"{\"a\":1}\n{\"a\":2}\n"), (2, 0));
        assert_eq!(goods(b"{\"a\":1}\r\n{\"a\":2}\r\n\r\n"), (2, 0));
        assert_eq!(goods(b"\xef\xbb\xbf{\"a\":1}"), (1, 0));
        assert_eq!(goods(b"{\"a\":1}\nnonsense\n{\"a\":2}"), (2, 1));
        assert_eq!(goods(b"{\"a\":1}{\"a\":2}\n"), (0, 1));
        assert_eq!(goods(b"[\n{\"a\":1},\n{\"a\":2}\n]\n"), (1, 3));
        assert_eq!(goods(b"7\n\"x\"\nnull\n"), (0, 3));
        assert_eq!(goods(b"\xff\xfe{\x00\n"), (0, 1));
        assert_eq!(goods(b"\n\n"), (0, 0));
    }

    #[test]
    fn a_line_without_end_is_cut_and_the_next_one_read() {
        let mut text = b"{\"a\":\"".to_vec();
        text.resize(MAX_ROW + 1000, b'x');
        text.extend_from_slice(b"\"}\n{\"a\":1}\n");
        let rows = rows(&text);
        let Row::Corrupt { raw, message } = &rows[0] else {
            unreachable!("{:?}", rows.len())
        };
        assert!(raw.len() <= super::super::MAX_RAW);
        assert!(message.contains("longer"));
        assert!(matches!(rows[1], Row::Good(..)));
    }
}
