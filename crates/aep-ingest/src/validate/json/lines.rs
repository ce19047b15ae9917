//! JSON Lines: one object a line.

use std::fs::File;
use std::io::Read;
use std::str::Utf8Error;

use super::check::Rows;
use crate::validate::blocks::{self, BLOCK, Block, Cut, Sink, Trouble};
use crate::validate::findings::Rule;
use crate::validate::tally::Tally;
use crate::validate::{Options, Stop, at::At};
use crate::xdm::Schema;

pub(crate) fn lines(
    file: File,
    schema: &Schema,
    options: &Options,
    tally: &mut Tally,
    sink: Option<&mut dyn Sink>,
) -> Result<(), Stop> {
    let size = file.metadata()?.len();
    let cut = Lines::new(file, options.max_row_bytes);
    let rows = Rows::new(schema, options.max_depth);
    let limit = options.max_row_bytes;
    blocks::run(
        cut,
        |block, tally| check(&rows, limit, block, tally),
        size,
        options,
        tally,
        sink,
    )
}

fn check(rows: &Rows<'_>, limit: usize, block: &Block, tally: &mut Tally) {
    let bytes = without_mark(block);
    let text = std::str::from_utf8(bytes);
    let mut line = 0;
    let mut at = block.bytes.len() - bytes.len();
    // Behind the line break, if there is one.
    let end = |at: usize, row: usize| (at + row + 1).min(block.bytes.len());
    if let Ok(text) = text {
        // The last line ends with a line break or with the file; behind a break there is no line.
        for row in text.split('\n') {
            line += 1;
            let next = end(at, row.len());
            tally.span(at, next);
            one(rows, limit, row, line, tally);
            at = next;
        }
    } else {
        for row in bytes.split(|byte| *byte == b'\n') {
            line += 1;
            let next = end(at, row.len());
            tally.span(at, next);
            at = next;
            match std::str::from_utf8(row) {
                Ok(row) => one(rows, limit, row, line, tally),
                Err(error) => {
                    tally.begin(Some(line));
                    not_utf8(row, error, 1, tally);
                    tally.end();
                }
            }
        }
    }
}

fn one(rows: &Rows<'_>, limit: usize, row: &str, line: u64, tally: &mut Tally) {
    if row.len() > limit {
        tally.begin(Some(line));
        tally.odd(Rule::RowLength, &At::ROW, None, SHORTER, row);
        tally.end();
    } else if !row.bytes().all(|byte| byte.is_ascii_whitespace()) {
        rows.row(row, line, || 1, tally);
    }
}

pub(crate) const SHORTER: &str = "a shorter row";

/// The block without the byte order mark that some programs put at the beginning of a file.
pub(crate) fn without_mark(block: &Block) -> &[u8] {
    match block.bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] if block.first => rest,
        bytes => bytes,
    }
}

/// Says where bytes are not UTF-8.
pub(crate) fn not_utf8(row: &[u8], error: Utf8Error, column: u64, tally: &mut Tally) {
    let (good, bad) = row
        .split_at_checked(error.valid_up_to())
        .unwrap_or((row, &[]));
    let good = std::str::from_utf8(good).unwrap_or_default();
    let (lines, column) = super::check::reach(good, || column);
    let found: Vec<String> = bad
        .iter()
        .take(error.error_len().unwrap_or(4))
        .map(|b| format!("{b:02X}"))
        .collect();
    tally.line = tally.line.map(|line| line + lines);
    tally.odd(
        Rule::Encoding,
        &At::ROW,
        Some(column),
        "UTF-8",
        &format!("the bytes {}", found.join(" ")),
    );
}

/// Cuts at line breaks.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: R,
    /// The beginning of a line whose end hasn't been read.
    rest: Vec<u8>,
    /// Where in the file that is.
    offset: u64,
    limit: usize,
    end: bool,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        Self {
            reader,
            rest: Vec::new(),
            offset: 0,
            limit,
            end: false,
        }
    }

    /// Drops the rest of a line that is too long; how many bytes and line breaks went with it.
    fn drop_line(&mut self) -> Result<(u64, u64), Stop> {
        let mut dropped = 0;
        loop {
            self.rest.clear();
            if self
                .reader
                .by_ref()
                .take(BLOCK as u64)
                .read_to_end(&mut self.rest)?
                == 0
            {
                self.end = true;
                return Ok((dropped, 0));
            }
            if let Some(at) = self.rest.iter().position(|byte| *byte == b'\n') {
                self.rest.drain(..=at);
                return Ok((dropped + at as u64 + 1, 1));
            }
            dropped += self.rest.len() as u64;
        }
    }
}

impl<R: Read> Cut for Lines<R> {
    fn next(&mut self, block: &mut Block) -> Result<bool, Stop> {
        std::mem::swap(&mut block.bytes, &mut self.rest);
        self.rest.clear();
        block.offset = self.offset;
        loop {
            let before = block.bytes.len();
            if !self.end {
                let want = BLOCK.saturating_sub(before).max(BLOCK / 2) as u64;
                self.end = self
                    .reader
                    .by_ref()
                    .take(want)
                    .read_to_end(&mut block.bytes)?
                    == 0;
            }
            if self.end {
                return Ok(!block.bytes.is_empty());
            }
            let fresh = block.bytes.get(before..).unwrap_or_default();
            if let Some(at) = fresh.iter().rposition(|byte| *byte == b'\n') {
                let after = before + at + 1;
                self.rest
                    .extend_from_slice(block.bytes.get(after..).unwrap_or_default());
                block.bytes.truncate(after);
                self.offset += after as u64;
                return Ok(true);
            }
            if block.bytes.len() > self.limit.max(BLOCK) {
                let mut found = String::new();
                let head = block.bytes.get(..200).unwrap_or(&block.bytes);
                found.push_str(&String::from_utf8_lossy(head));
                let head = std::mem::take(&mut block.bytes).len() as u64;
                let (dropped, lines) = self.drop_line()?;
                self.offset += head + dropped;
                block.trouble = Some(Trouble {
                    rule: Rule::RowLength,
                    line: 1,
                    column: None,
                    expected: SHORTER,
                    found,
                    row: true,
                    lines,
                    lost: (block.offset, self.offset),
                });
                return Ok(true);
            }
        }
    }
}
