//! Finds where records end, so that blocks end there too.

use std::io::Read;

use super::CsvOptions;
use crate::validate::Stop;
use crate::validate::blocks::{BLOCK, Block, Cut, Trouble, newlines};
use crate::validate::findings::Rule;
use crate::validate::json::SHORTER;

/// Cuts behind records; a line break inside quotes is none.
#[derive(Debug)]
pub(crate) struct Records<R> {
    reader: R,
    /// The beginning of a record whose end hasn't been read.
    rest: Vec<u8>,
    /// Where in the file that is.
    offset: u64,
    limit: usize,
    end: bool,
    delimiter: u8,
    quote: u8,
    escape: Option<u8>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a field.
    Start,
    /// In a field without quotes.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind an escape between quotes.
    Escaped,
    /// Behind a quote that ends the field, unless another one follows.
    Closed,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(reader: R, csv: &CsvOptions, limit: usize) -> Self {
        Self {
            reader,
            rest: Vec::new(),
            offset: 0,
            limit,
            end: false,
            delimiter: csv.delimiter,
            quote: csv.quote,
            escape: csv.escape.filter(|escape| *escape != csv.quote),
            state: State::Start,
        }
    }

    /// Goes over more of the file; the end of the last record in it.
    fn last_end(&mut self, bytes: &[u8]) -> Option<usize> {
        if matches!(self.state, State::Start | State::Plain) && !bytes.contains(&self.quote) {
            // No quotes, no doubts; whether a field is just beginning matters only for a quote.
            let last = bytes
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map(|at| at + 1);
            if let Some(byte) = bytes.last() {
                let start = *byte == b'\n' || *byte == self.delimiter;
                self.state = if start { State::Start } else { State::Plain };
            }
            return last;
        }
        let mut last = None;
        for (at, byte) in bytes.iter().enumerate() {
            self.state = match (self.state, *byte) {
                (State::Quoted, byte) if Some(byte) == self.escape => State::Escaped,
                (State::Quoted, byte) if byte == self.quote => State::Closed,
                (State::Quoted | State::Escaped, _) => State::Quoted,
                (State::Start | State::Closed, byte) if byte == self.quote => State::Quoted,
                (_, b'\n') => {
                    last = Some(at + 1);
                    State::Start
                }
                (_, byte) if byte == self.delimiter => State::Start,
                _ => State::Plain,
            };
        }
        last
    }

    /// Drops the rest of a record that is too long; how many bytes and line breaks went with it.
    fn drop_record(&mut self) -> Result<(u64, u64), Stop> {
        let (mut dropped, mut lines) = (0, 0);
        loop {
            let mut bytes = std::mem::take(&mut self.rest);
            bytes.clear();
            if self
                .reader
                .by_ref()
                .take(BLOCK as u64)
                .read_to_end(&mut bytes)?
                == 0
            {
                self.end = true;
                return Ok((dropped, lines));
            }
            // The first end, not the last: what follows are records again.
            for at in 0..bytes.len() {
                if self
                    .last_end(bytes.get(at..=at).unwrap_or_default())
                    .is_some()
                {
                    bytes.drain(..=at);
                    self.rest = bytes;
                    return Ok((dropped + at as u64 + 1, lines + 1));
                }
                lines += u64::from(bytes.get(at) == Some(&b'\n'));
            }
            dropped += bytes.len() as u64;
            self.rest = bytes;
        }
    }
}

impl<R: Read> Cut for Records<R> {
    fn next(&mut self, block: &mut Block) -> Result<bool, Stop> {
        std::mem::swap(&mut block.bytes, &mut self.rest);
        self.rest.clear();
        block.offset = self.offset;
        // A block begins where a record does.
        self.state = State::Start;
        let (mut done, mut last) = (0, None);
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
            if done == 0 && block.first && block.bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
                done = 3;
            }
            let fresh = block.bytes.get(done..).unwrap_or_default();
            last = self.last_end(fresh).map(|end| done + end).or(last);
            done = block.bytes.len();
            if let Some(end) = last {
                self.rest
                    .extend_from_slice(block.bytes.get(end..).unwrap_or_default());
                block.bytes.truncate(end);
                self.offset += end as u64;
                return Ok(true);
            }
            if block.bytes.len() > self.limit.max(BLOCK) {
                let head = block.bytes.get(..400).unwrap_or(&block.bytes);
                let found = String::from_utf8_lossy(head).into_owned();
                let head = std::mem::take(&mut block.bytes);
                let (dropped, lines) = self.drop_record()?;
                let lines = newlines(&head) + lines;
                self.offset += head.len() as u64 + dropped;
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
