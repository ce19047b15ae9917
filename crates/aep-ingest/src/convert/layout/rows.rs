//! Rows as cells, before anything is made of them.

use std::ops::Range;

use super::Layout;
use crate::convert::cells::{Cell, Cells, Tag};
use crate::convert::trouble::{Trouble, What};
use crate::validate::blocks::Block;
use crate::validate::csv::record::{Bad, Reader as Record};
use crate::validate::json::without_mark;

impl Layout<'_> {
    pub(super) fn records(
        &self,
        block: &Block,
        whole: Option<&str>,
        skip: bool,
        width: usize,
        cells: &mut Cells,
        troubles: &mut Vec<Trouble>,
    ) {
        let mark = block.bytes.len() - without_mark(block).len();
        let bytes = without_mark(block);
        let mut reader = Record::new(bytes, &self.csv);
        let (mut found, mut scratch) = (Vec::with_capacity(width), String::new());
        let mut skip = skip;
        while let Some((record, bad)) = reader.next(&mut found) {
            if std::mem::take(&mut skip) || (found.len() == 1 && record.is_empty()) {
                continue;
            }
            let row = cells.len();
            let range = record.start + mark..record.end + mark;
            let mut trouble = |what: What| troubles.push(Trouble { row, what });
            if range.len() > self.limit {
                trouble(What::Long);
            } else if let Some(bad) = bad {
                trouble(What::Csv(Bad {
                    at: bad.at + mark,
                    ..bad
                }));
            } else if found.len() != width {
                trouble(What::Fields {
                    found: found.len(),
                    wanted: width,
                });
            } else if let Some(text) = whole {
                for cell in &found {
                    let cell = if let Some(place) = cell.clean() {
                        let place = place.start + mark..place.end + mark;
                        self.text(text, place)
                    } else {
                        let value = cell.value(
                            text.get(mark..).unwrap_or_default(),
                            &self.csv,
                            &mut scratch,
                        );
                        self.own(value, cells)
                    };
                    cells.push(cell);
                }
                cells.end(range, false);
                continue;
            } else {
                let raw = bytes.get(record).unwrap_or_default();
                match (
                    std::str::from_utf8(raw),
                    raw.iter().position(|byte| *byte == 0),
                ) {
                    (_, Some(at)) => trouble(What::Zero(at)),
                    (Err(error), _) => trouble(What::Encoding(error)),
                    (Ok(text), None) => {
                        // The block is no text as a whole: this row gets a text of its own.
                        let mut own = Record::new(text.as_bytes(), &self.csv);
                        let mut found = Vec::new();
                        own.next(&mut found);
                        for cell in &found {
                            let value = cell.value(text, &self.csv, &mut scratch);
                            let cell = self.own(value, cells);
                            cells.push(cell);
                        }
                        cells.end(range, false);
                        continue;
                    }
                }
            }
            cells.end(range, true);
        }
    }

    /// A text that is not in the block as it is.
    fn own(&self, value: &str, cells: &mut Cells) -> Cell {
        if value.is_empty() || *value == *self.csv.null_marker {
            Cell::NULL
        } else {
            cells.own(value, Tag::Text)
        }
    }

    fn text(&self, text: &str, place: Range<usize>) -> Cell {
        let marker = &self.csv.null_marker;
        if place.is_empty()
            || (!marker.is_empty() && text.get(place.clone()) == Some(marker.as_str()))
        {
            return Cell::NULL;
        }
        Cell::at(place, Tag::Text)
    }

    /// Looks at the bytes of a row of JSON before it is parsed.
    pub(super) fn one(
        &self,
        row: (usize, usize),
        bytes: &[u8],
        cells: &mut Cells,
        troubles: &mut Vec<Trouble>,
        then: impl FnOnce(&str, &mut Cells, &mut Vec<Trouble>),
    ) {
        let number = cells.len();
        let what = match std::str::from_utf8(bytes) {
            _ if bytes.len() > self.limit => What::Long,
            Err(error) => What::Encoding(error),
            Ok(text) => {
                then(text, cells, troubles);
                if cells.len() == number {
                    cells.end(row.0..row.1, false);
                }
                return;
            }
        };
        troubles.push(Trouble { row: number, what });
        cells.end(row.0..row.1, true);
    }
}

/// The rows of a block of JSON: elements where the cutter has found them, else lines.
pub(super) fn each(block: &Block, lines: bool, mut then: impl FnMut((usize, usize), &[u8])) {
    let slice = |start: usize, end: usize| block.bytes.get(start..end).unwrap_or_default();
    if !lines {
        for (start, end) in &block.rows {
            then((*start, *end), slice(*start, *end));
        }
        return;
    }
    let mut start = block.bytes.len() - without_mark(block).len();
    for line in without_mark(block).split(|byte| *byte == b'\n') {
        let end = start + line.len();
        if !line.iter().all(u8::is_ascii_whitespace) {
            then((start, end), slice(start, end));
        }
        start = end + 1;
    }
}
