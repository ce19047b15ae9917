//! Records and their fields, as places in the text.

use std::ops::Range;

use super::CsvOptions;

/// A field of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    start: usize,
    end: usize,
    /// There is a doubled quote or an escape in it.
    dirty: bool,
}

impl Cell {
    /// The place of the field's text, if it is there as it is meant.
    pub(crate) fn clean(&self) -> Option<Range<usize>> {
        (!self.dirty).then_some(self.start..self.end)
    }

    /// The field's text, resolved into `scratch` where that is needed.
    pub(crate) fn value<'t>(
        &self,
        text: &'t str,
        csv: &CsvOptions,
        scratch: &'t mut String,
    ) -> &'t str {
        let raw = text.get(self.start..self.end).unwrap_or_default();
        if !self.dirty {
            return raw;
        }
        scratch.clear();
        let (quote, escape) = (char::from(csv.quote), csv.escape.map(char::from));
        let mut chars = raw.chars();
        while let Some(char) = chars.next() {
            if char == quote || Some(char) == escape {
                scratch.extend(chars.next());
            } else {
                scratch.push(char);
            }
        }
        scratch
    }
}

/// Where a record is no CSV.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bad {
    pub(crate) at: usize,
    pub(crate) expected: &'static str,
}

/// Splits text into records.
#[derive(Debug)]
pub(crate) struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    delimiter: u8,
    quote: u8,
    escape: Option<u8>,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(bytes: &'t [u8], csv: &CsvOptions) -> Self {
        Self {
            bytes,
            at: 0,
            delimiter: csv.delimiter,
            quote: csv.quote,
            escape: csv.escape.filter(|escape| *escape != csv.quote),
        }
    }

    /// The byte behind the last record and its line break.
    pub(super) fn place(&self) -> usize {
        self.at.min(self.bytes.len())
    }

    /// The next record, without its line break; its fields go to `cells`.
    pub(crate) fn next(&mut self, cells: &mut Vec<Cell>) -> Option<(Range<usize>, Option<Bad>)> {
        cells.clear();
        let start = self.at;
        if start >= self.bytes.len() {
            return None;
        }
        let mut bad = None;
        loop {
            let cell = if self.bytes.get(self.at) == Some(&self.quote) {
                self.quoted(&mut bad)
            } else {
                self.plain()
            };
            cells.push(cell);
            match self.bytes.get(self.at) {
                Some(byte) if *byte == self.delimiter => self.at += 1,
                Some(_) => {
                    let end = self.at;
                    self.at += 1;
                    return Some((start..self.trim(start, end, cells), bad));
                }
                None => return Some((start..self.trim(start, self.at, cells), bad)),
            }
        }
    }

    /// The line break may be CR LF; then the CR is no part of the last field.
    fn trim(&self, start: usize, end: usize, cells: &mut [Cell]) -> usize {
        if end > start && self.bytes.get(end - 1) == Some(&b'\r') {
            if let Some(last) = cells.last_mut()
                && last.end == end
            {
                last.end = last.end.saturating_sub(1).max(last.start);
            }
            return end - 1;
        }
        end
    }

    /// Up to the delimiter, the line break or the end.
    fn plain(&mut self) -> Cell {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let stop = |byte: &u8| *byte == self.delimiter || *byte == b'\n';
        self.at += rest.iter().position(stop).unwrap_or(rest.len());
        Cell {
            start,
            end: self.at,
            dirty: false,
        }
    }

    fn quoted(&mut self, bad: &mut Option<Bad>) -> Cell {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        let mut dirty = false;
        loop {
            match self.bytes.get(self.at) {
                Some(byte)
                    if Some(*byte) == self.escape && self.bytes.get(self.at + 1).is_some() =>
                {
                    dirty = true;
                    self.at += 2;
                }
                Some(byte) if *byte == self.quote => {
                    if self.bytes.get(self.at + 1) == Some(&self.quote) {
                        dirty = true;
                        self.at += 2;
                    } else {
                        break;
                    }
                }
                Some(_) => self.at += 1,
                None => {
                    bad.get_or_insert(Bad {
                        at: open,
                        expected: "a closing quote for this one",
                    });
                    return Cell {
                        start,
                        end: self.at,
                        dirty: false,
                    };
                }
            }
        }
        let end = self.at;
        self.at += 1;
        let after = self.at;
        let rest = self.bytes.get(after..).unwrap_or_default();
        let tail = rest.strip_prefix(b"\r").unwrap_or(rest);
        match tail.first() {
            None | Some(b'\n') => self.at += rest.len() - tail.len(),
            Some(byte) if *byte == self.delimiter && tail.len() == rest.len() => {}
            Some(_) => {
                bad.get_or_insert(Bad {
                    at: after,
                    expected: "a delimiter or the end of the row behind the quote",
                });
                self.plain();
            }
        }
        Cell { start, end, dirty }
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )]

    use super::{CsvOptions, Reader};

    fn read(text: &str) -> Vec<Result<Vec<String>, usize>> {
        let csv = CsvOptions::default();
        let mut reader = Reader::new(text.as_bytes(), &csv);
        let (mut cells, mut scratch, mut all) = (Vec::new(), String::new(), Vec::new());
        while let Some((_, bad)) = reader.next(&mut cells) {
            all.push(match bad {
                Some(bad) => Err(bad.at),
                None => Ok(cells
                    .iter()
                    .map(|cell| cell.value(text, &csv, &mut scratch).to_owned())
                    .collect()),
            });
        }
        all
    }

    #[test]
    fn records() {
        for (text, rows) in [
            ("a,b\n1,2\n", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("a,b\r\n1,2", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("a,\n", vec![vec!["a", ""]]),
            (",", vec![vec!["", ""]]),
            ("\n", vec![vec![""]]),
            ("\r\n", vec![vec![""]]),
            ("\"a,b\",\"c\nd\"\n", vec![vec!["a,b", "c\nd"]]),
            (
                "\"a\"\"b\",\"c\\\"d\",\"e\\\\\"\r\n",
                vec![vec!["a\"b", "c\"d", "e\\"]],
            ),
            ("a\"b,c\\,d", vec![vec!["a\"b", "c\\", "d"]]),
            ("\"\",é", vec![vec!["", "é"]]),
        ] {
            let rows: Vec<_> = rows
                .into_iter()
                .map(|row| Ok(row.into_iter().map(str::to_owned).collect::<Vec<_>>()))
                .collect();
            assert_eq!(read(text), rows, "{text:?}");
        }
    }

    #[test]
    fn quotes_that_do_not_fit() {
        assert_eq!(read("a,\"b\nc,d\n"), [Err(2)]);
        assert_eq!(
            read("\"a\"b,c\nd,e"),
            [Err(3), Ok(vec!["d".to_owned(), "e".to_owned()])]
        );
        assert_eq!(read("\"a\" ,c"), [Err(3)]);
        assert_eq!(read("\""), [Err(0)]);
        assert_eq!(read("\"\\"), [Err(0)]);
    }
}
