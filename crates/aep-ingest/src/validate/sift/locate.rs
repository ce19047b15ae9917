//! Rows by number, with what they say and what is wrong with them.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use aep_core::Result;

use super::Only;
use super::good::Collect;
use crate::validate::at::shorten;
use crate::validate::blocks::{Block, Sink};
use crate::validate::parquet::{Groups, RowGroup, bad};
use crate::validate::tally::{Each, Reason, Tally};
use crate::validate::{Finding, Format, Options, Stop, csv, json, parquet, sniff};
use crate::xdm::Schema;

/// A row that was looked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Located {
    /// Its number in the file, from 1.
    pub(crate) row: u64,
    /// The line that it begins in, in a text format.
    pub(crate) line: Option<u64>,
    /// The byte that it begins with, in a text format.
    pub(crate) start: Option<u64>,
    /// What it says, shortened, on one line.
    pub(crate) text: String,
    /// What is wrong with it here.
    pub(crate) findings: Vec<Finding>,
}

/// Characters of a row that are shown.
const TEXT: usize = 200;

/// Bytes of a row that are read to be shown.
const READ: u64 = 1000;

/// Rows of a file by their numbers, and how many rows it has. Blocks.
pub(crate) fn locate(
    path: &Path,
    format: Format,
    schema: &Schema,
    options: &Options,
    name: &Arc<str>,
    only: &Only,
) -> Result<(Vec<Located>, u64)> {
    sniff::confirm(path, format)?;
    let open = || File::open(path).map_err(|error| sniff::unreadable(path, error));
    let mut tally = Tally::new(options).each();
    let mut seek = Seek {
        name,
        only,
        path,
        file: Collect::new(open()?, Path::new("")),
        row: 0,
        line: 1,
        found: Vec::new(),
    };
    match format {
        Format::NdJson => json::lines(open()?, schema, options, &mut tally, Some(&mut seek)),
        Format::Json => json::document(open()?, schema, options, &mut tally, Some(&mut seek)),
        Format::Csv => csv::rows(open()?, schema, options, &mut tally, Some(&mut seek)),
        Format::Parquet => parquet::columns(path, schema, options, &mut tally, Some(&mut seek)),
    }
    .map_err(|stop| stop.into_error("look for rows", name))?;
    Ok((seek.found, tally.rows))
}

struct Seek<'a> {
    name: &'a Arc<str>,
    only: &'a Only,
    path: &'a Path,
    file: Collect<'a>,
    row: u64,
    /// The line that the next block begins in.
    line: u64,
    found: Vec<Located>,
}

impl Seek<'_> {
    fn text(&mut self, start: u64, end: u64) -> io::Result<String> {
        let mut bytes = Vec::new();
        let len = end.saturating_sub(start).min(READ);
        self.file.copy_some(start, len, &mut bytes)?;
        let mut text = String::new();
        shorten(&mut text, String::from_utf8_lossy(&bytes).trim(), TEXT);
        Ok(text)
    }
}

impl Sink for Seek<'_> {
    fn block(&mut self, block: &Block, each: Each, tally: &Tally) -> Result<(), Stop> {
        let mut reasons = each.reasons.into_iter().peekable();
        let lost = block.trouble.as_ref().filter(|trouble| trouble.row);
        let end_of_block = each.spans.len().saturating_sub(1);
        for (number, span) in each.spans.iter().enumerate() {
            self.row += 1;
            let row = self.row;
            let mut why: Vec<Reason> = Vec::new();
            while let Some(reason) = reasons.next_if(|reason| reason.row <= row) {
                why.push(reason);
            }
            if !self.only.has(row) {
                continue;
            }
            let at = |byte: usize| block.offset + byte as u64;
            let (start, end) = match lost {
                Some(trouble) if number == end_of_block => trouble.lost,
                _ => (at(span.start), at(span.end)),
            };
            let text = self.text(start, end)?;
            self.found.push(Located {
                row,
                line: Some(self.line + block.lines_before(span.start)),
                start: Some(start),
                text,
                findings: why
                    .into_iter()
                    .map(|reason| tally.finding(reason, self.name, None))
                    .collect(),
            });
        }
        self.line += block.lines();
        Ok(())
    }
}

impl Groups for Seek<'_> {
    fn group(
        &mut self,
        group: RowGroup<'_>,
        each: Each,
        tally: &mut Tally,
        _: &Options,
    ) -> Result<(), Stop> {
        let wanted = self.only.of_file(self.row, group.rows());
        let rows: Vec<u64> = (0..group.rows())
            .filter(|row| wanted.has(row + 1))
            .collect();
        let before = self.row;
        self.row += group.rows();
        let mut texts = Vec::with_capacity(rows.len());
        let read = bad::read(self.path, group.number, group.rows(), &rows, |json| {
            let mut text = String::new();
            shorten(&mut text, &String::from_utf8_lossy(json), TEXT);
            texts.push(text);
            Ok(())
        });
        if let Err(bad::Fail::Write(error)) = read {
            return Err(error.into());
        }
        let mut reasons: Vec<Reason> = each
            .reasons
            .into_iter()
            .filter(|reason| wanted.has(reason.row))
            .collect();
        reasons.sort_by_key(|reason| reason.row);
        let mut reasons = reasons.into_iter().peekable();
        let mut texts = texts.into_iter();
        for row in rows {
            let mut findings = Vec::new();
            while let Some(reason) = reasons.next_if(|reason| reason.row <= row + 1) {
                findings.push(tally.finding(reason, self.name, Some(group.number as u64)));
            }
            self.found.push(Located {
                row: before + row + 1,
                line: None,
                start: None,
                text: texts.next().unwrap_or_default(),
                findings,
            });
        }
        Ok(())
    }
}
