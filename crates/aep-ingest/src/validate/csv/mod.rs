//! CSV: a header of dotted XDM paths, then one row a record.
//!
//! Adobe's own CSV path takes flat ad-hoc schemas only. Here a header name with dots is a path into
//! the dataset's schema (`person.name.firstName`), which client and emulator read alike. Text is all
//! that CSV has: it is converted as text is, so a boolean can't be had from it (the conversion table
//! has no such cell), and dates may be Unix milliseconds.

pub(crate) mod cut;
mod header;
pub(crate) mod record;

use std::fs::File;
use std::io::{Seek, SeekFrom};

use super::at::At;
use super::blocks::{self, Block, Sink};
use super::findings::Rule;
use super::json::{SHORTER, not_utf8, reach, without_mark};
use super::scalar::{self, Source};
use super::tally::Tally;
use super::{CsvOptions, Options, Stop};
use crate::xdm::Schema;
use cut::Records;
use header::{Header, Target};
use record::{Bad, Cell, Reader};

pub(super) fn rows(
    mut file: File,
    schema: &Schema,
    options: &Options,
    tally: &mut Tally,
    sink: Option<&mut dyn Sink>,
) -> Result<(), Stop> {
    let size = file.metadata()?.len();
    let Some(header) = Header::read(&mut file, schema, options, tally)? else {
        return Ok(());
    };
    file.seek(SeekFrom::Start(0))?;
    let cut = Records::new(file, &options.csv, options.max_row_bytes);
    let work = |block: &Block, tally: &mut Tally| check(&header, options, block, tally);
    blocks::run(cut, work, size, options, tally, sink)
}

fn check(header: &Header<'_>, options: &Options, block: &Block, tally: &mut Tally) {
    let bytes = without_mark(block);
    let whole = std::str::from_utf8(bytes)
        .ok()
        .filter(|_| !bytes.contains(&0));
    let mut cells = Vec::with_capacity(header.columns.len());
    let mut row = Row {
        header,
        csv: &options.csv,
        full: vec![false; header.columns.len()],
        scratch: String::new(),
    };
    let mut reader = Reader::new(bytes, &options.csv);
    let mut skip = block.first;
    let (mut line, mut counted) = (1, 0);
    let mark = block.bytes.len() - bytes.len();
    while let Some((record, bad)) = reader.next(&mut cells) {
        if std::mem::take(&mut skip) || (cells.len() == 1 && record.is_empty()) {
            continue;
        }
        line += blocks::newlines(bytes.get(counted..record.start).unwrap_or_default());
        counted = record.start;
        tally.begin(Some(line));
        tally.span(mark + record.start, mark + reader.place());
        let raw = bytes.get(record.clone()).unwrap_or_default();
        if raw.len() > options.max_row_bytes {
            tally.odd(
                Rule::RowLength,
                &At::ROW,
                None,
                SHORTER,
                &String::from_utf8_lossy(raw),
            );
        } else if let Some(text) = whole {
            row.check(text, record.start, &cells, bad, tally);
        } else if let Some(zero) = raw.iter().position(|byte| *byte == 0) {
            let before = String::from_utf8_lossy(raw.get(..zero).unwrap_or_default()).into_owned();
            place(&before, tally, |column, tally| {
                tally.odd(
                    Rule::Encoding,
                    &At::ROW,
                    Some(column),
                    "text",
                    "a zero byte",
                );
            });
        } else {
            match std::str::from_utf8(raw) {
                Ok(_) => {
                    // The cells are places in the block: its text up to here may be broken, so give
                    // the row a text of its own.
                    let mut own = Reader::new(raw, &options.csv);
                    let mut cells = Vec::new();
                    let bad = own.next(&mut cells).and_then(|(_, bad)| bad);
                    row.check(
                        std::str::from_utf8(raw).unwrap_or_default(),
                        0,
                        &cells,
                        bad,
                        tally,
                    );
                }
                Err(error) => not_utf8(raw, error, 1, tally),
            }
        }
        tally.end();
    }
}

/// Reports something that is behind this text of the row.
fn place(before: &str, tally: &mut Tally, report: impl FnOnce(u64, &mut Tally)) {
    let (lines, column) = reach(before, || 1);
    tally.line = tally.line.map(|line| line + lines);
    report(column, tally);
}

struct Row<'h> {
    header: &'h Header<'h>,
    csv: &'h CsvOptions,
    /// Which columns of the row aren't null.
    full: Vec<bool>,
    scratch: String,
}

impl Row<'_> {
    fn check(
        &mut self,
        text: &str,
        start: usize,
        cells: &[Cell],
        bad: Option<Bad>,
        tally: &mut Tally,
    ) {
        if let Some(bad) = bad {
            let before = text.get(start..bad.at).unwrap_or_default();
            let rest = text.get(bad.at..).unwrap_or_default();
            let found = rest.split('\n').next().unwrap_or_default();
            return place(before, tally, |column, tally| {
                tally.odd(Rule::Syntax, &At::ROW, Some(column), bad.expected, found);
            });
        }
        let columns = &self.header.columns;
        if cells.len() != columns.len() {
            return tally.note(
                Rule::Columns,
                &At::ROW,
                None,
                || format!("{} fields, as in the header", columns.len()),
                &format!("{} fields", cells.len()),
            );
        }
        for ((cell, column), full) in cells.iter().zip(columns).zip(&mut self.full) {
            let value = cell.value(text, self.csv, &mut self.scratch);
            *full = !value.is_empty() && *value != *self.csv.null_marker;
            if !*full {
                continue;
            }
            if let Target::Field(field, at) = column
                && let Some(rule) = scalar::text(field, value, Source::Untyped)
            {
                at.with(|at| tally.broken(field, at, rule, value));
            }
        }
        for must in &self.header.required {
            must.check(&self.full, tally);
        }
    }
}
