//! Rows of text formats.

use std::fs::File;
use std::io;
use std::path::Path;

use super::Sift;
use super::good::{Collect, Good, Piece};
use crate::rejects::{Kind, Rejects};
use crate::validate::blocks::{Block, Sink};
use crate::validate::tally::{Each, Reason, Tally};
use crate::validate::{Finding, Format, Stop};

/// Follows the rows of a file through its blocks.
pub(super) struct Sieve<'a> {
    sift: &'a Sift<'a>,
    rejects: &'a mut Rejects,
    format: Format,
    collect: Collect<'a>,
    size: u64,
    /// The run of good rows that isn't over.
    run: Option<(u64, u64)>,
    /// A run of elements was collected.
    more: bool,
    /// The kind of the rejected rows; a CSV header is read when the first row needs it.
    kind: Option<Kind>,
    header_end: u64,
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
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok(Self {
            sift,
            rejects,
            format,
            collect: Collect::new(file, sift.spool),
            size,
            run: None,
            more: false,
            kind: (format != Format::Csv).then_some(Kind::Lines),
            header_end: 0,
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

    fn reject(&mut self, (start, end): (u64, u64), why: &[Finding]) -> Result<(), Stop> {
        let kind = match &self.kind {
            Some(kind) => kind.clone(),
            None => self.header()?,
        };
        let end = end.min(self.size);
        let (start, end) = self.trimmed(start, end)?;
        let collect = &mut self.collect;
        self.rejects
            .row(
                &kind,
                |out| collect.copy(start, end.saturating_sub(start), out),
                why,
            )
            .map_err(Stop::from)
    }

    /// Without the line break at the end.
    fn trimmed(&mut self, start: u64, end: u64) -> io::Result<(u64, u64)> {
        let mut tail = Vec::with_capacity(2);
        let from = end.saturating_sub(2).max(start);
        self.collect.copy(from, end - from, &mut tail)?;
        let breaks = match tail.as_slice() {
            [.., b'\r', b'\n'] => 2,
            [.., b'\n'] => 1,
            _ => 0,
        };
        Ok((start, end - breaks))
    }

    /// The header is what comes before the first row.
    fn header(&mut self) -> io::Result<Kind> {
        let end = self.header_end;
        let mut header = Vec::new();
        self.collect.copy(0, end, &mut header)?;
        if !header.ends_with(b"\n") {
            header.push(b'\n');
        }
        let kind = Kind::Csv(header.into());
        self.kind = Some(kind.clone());
        Ok(kind)
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
                self.header_end = start;
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
                self.reject((start, end), &why)?;
            } else {
                self.keep(start, end);
            }
        }
        Ok(())
    }
}
