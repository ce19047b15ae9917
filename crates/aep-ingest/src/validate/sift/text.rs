//! Rows of text formats.

use std::fs::File;
use std::io;
use std::path::Path;

use super::good::{Collect, Good, Piece};
use super::{Aside, Sift};
use crate::rejects::Rejects;
use crate::validate::blocks::{Block, Sink};
use crate::validate::tally::{Each, Reason, Tally};
use crate::validate::{Finding, Format, Stop};

/// Follows the rows of a file through its blocks.
pub(super) struct Sieve<'a> {
    sift: &'a Sift<'a>,
    aside: Aside<'a>,
    format: Format,
    collect: Collect<'a>,
    /// The run of good rows that isn't over.
    run: Option<(u64, u64)>,
    /// A run of elements was collected.
    more: bool,
    row: u64,
    good: u64,
    dropped: bool,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(
        path: &Path,
        format: Format,
        sift: &'a Sift<'a>,
        rejects: &'a mut Rejects,
    ) -> io::Result<Self> {
        Ok(Self {
            sift,
            aside: Aside::new(path, format, rejects)?,
            format,
            collect: Collect::new(File::open(path)?, sift.spool),
            run: None,
            more: false,
            row: 0,
            good: 0,
            dropped: false,
        })
    }

    fn is_array(&self) -> bool {
        self.format == Format::Json
    }

    /// A row stays.
    fn keep(&mut self, start: u64, end: u64) {
        self.good += 1;
        self.run = Some(self.run.map_or((start, end), |(begin, _)| (begin, end)));
    }

    /// A row goes.
    fn lose(&mut self) -> io::Result<()> {
        self.dropped = true;
        self.flush()
    }

    /// Collects the run that is over.
    fn flush(&mut self) -> io::Result<()> {
        let Some((start, end)) = self.run.take() else {
            return Ok(());
        };
        if self.is_array() {
            let before = if self.more { ",\n" } else { "[" };
            self.collect.push(Piece::Text(before))?;
            self.more = true;
        }
        self.collect.push(Piece::Range {
            start,
            len: end - start,
        })
    }

    pub(super) fn finish(mut self) -> Result<(Good, u64), Stop> {
        if !self.dropped {
            return Ok((Good::All, self.good));
        }
        if self.good == 0 {
            return Ok((Good::None, 0));
        }
        self.flush()?;
        if self.is_array() {
            self.collect.push(Piece::Text("]"))?;
        }
        Ok((self.collect.finish()?, self.good))
    }
}

impl Sink for Sieve<'_> {
    fn block(&mut self, block: &Block, each: Each, tally: &Tally) -> Result<(), Stop> {
        let mut reasons = each.reasons.into_iter().peekable();
        let lost = block.trouble.as_ref().filter(|trouble| trouble.row);
        let end_of_block = each.spans.len().saturating_sub(1);
        for (number, span) in each.spans.iter().enumerate() {
            let at = |byte: usize| block.offset + byte as u64;
            let (start, end) = match lost {
                Some(trouble) if number == end_of_block => trouble.lost,
                _ => (at(span.start), at(span.end)),
            };
            self.row += 1;
            if self.row == 1 {
                self.aside.first = Some(start);
                // What comes before the first row stays: a header, a byte order mark.
                self.run = (!self.is_array()).then_some((0, start));
            }
            let row = self.row;
            let mut why: Vec<Reason> = Vec::new();
            while let Some(reason) = reasons.next_if(|reason| reason.row <= row) {
                why.push(reason);
            }
            if self.sift.only.is_some_and(|only| !only.has(row)) {
                self.lose()?;
            } else if span.bad {
                self.lose()?;
                let why: Vec<Finding> = why
                    .into_iter()
                    .map(|reason| tally.finding(reason, &self.sift.name, None))
                    .collect();
                self.aside.row(start, end, &why)?;
            } else {
                self.keep(start, end);
            }
        }
        Ok(())
    }
}
