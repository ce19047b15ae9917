//! One uploaded file to one file of the lake.

use std::path::Path;

use super::cell::Cell;
use super::column::Column;
use super::convert::{Converter, Outcome};
use super::datum::Datum;
use super::diagnose::{Cause, Diagnostics, Tally};
use super::fault::Fault;
use super::format::InputFormat;
use super::header;
use super::read::{self, Row};
use super::write::ParquetSink;
use crate::mapping::Mapper;
use crate::state::Files;

/// Rows and bytes of input held before they are written.
const ROWS: usize = 1024;
const BYTES: usize = 8 * 1024 * 1024;

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Promoted {
    pub(crate) blob: String,
    pub(crate) size: u64,
    pub(crate) records: u64,
}

/// How a batch wants its rows treated.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) columns: &'a [Column],
    pub(crate) format: &'a InputFormat,
    pub(crate) patterns: bool,
    /// What rows go through before they are checked.
    pub(crate) mapper: Option<&'a Mapper>,
}

/// Reads every row of the file at `input`, known as `name`, and writes those that fit. `None` when none does.
///
/// Failed rows are counted in `tally` and, if there is one, described in `diagnostics`; `go_on` is asked between blocks
/// of rows and ends the work early with `Ok(None)`.
pub(crate) fn file(
    files: &Files,
    input: &Path,
    name: &str,
    plan: &Plan<'_>,
    tally: &mut Tally,
    mut diagnostics: Option<&mut Diagnostics<'_>>,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<Promoted>, Fault> {
    let mut rows = read::open(input, plan.format)?;
    // Columns of a file that is mapped are not the dataset's.
    if plan.mapper.is_none() {
        header::check(&rows.header(), plan.columns)?;
    }
    let converter = Converter::new(plan.columns, plan.patterns);
    let timestamp = plan
        .columns
        .iter()
        .position(|column| column.name == "timestamp");
    let mut pending = files.begin().map_err(|error| Fault::io(&error))?;
    let target = pending
        .file()
        .and_then(|file| file.try_clone())
        .map_err(|error| Fault::io(&error))?;
    let mut sink = ParquetSink::new(target, plan.columns)?;
    let (mut block, mut bytes) = (Vec::with_capacity(ROWS), 0);
    while let Some(row) = rows.next_row()? {
        if tally.rows_read().is_multiple_of(ROWS as u64) && !go_on() {
            return Ok(None);
        }
        match row {
            Row::Good(datum, size) => match converter.row(&mapped(plan, datum)) {
                Outcome::Cells(cells) => {
                    tally.landed();
                    tally.observe(plan.columns, &cells);
                    if let Some(Cell::DateTime(ms)) = timestamp.and_then(|at| cells.get(at)) {
                        tally.event(*ms);
                    }
                    block.push(cells);
                    bytes += size;
                }
                Outcome::Refused(row, errors) => {
                    tally.failed(&errors.causes());
                    if let Some(diagnostics) = diagnostics.as_deref_mut() {
                        diagnostics.refused(row, &errors, name)?;
                    }
                }
            },
            Row::Corrupt { raw, message } => {
                tally.failed(&[Cause::Corrupt]);
                if let Some(diagnostics) = diagnostics.as_deref_mut() {
                    diagnostics.corrupt(&raw, &message, name)?;
                }
            }
        }
        if block.len() >= ROWS || bytes >= BYTES {
            sink.write(&block)?;
            block.clear();
            bytes = 0;
        }
    }
    sink.write(&block)?;
    let records = sink.finish()?;
    if records == 0 {
        return Ok(None);
    }
    let size = pending
        .file()
        .and_then(|file| file.metadata())
        .map_err(|error| Fault::io(&error))?
        .len();
    let blob = pending.commit().map_err(|error| Fault::io(&error))?;
    Ok(Some(Promoted {
        blob,
        size,
        records,
    }))
}

fn mapped(plan: &Plan<'_>, row: Datum) -> Datum {
    match plan.mapper {
        Some(mapper) => mapper.apply(&row),
        None => row,
    }
}

/// The name under which a file shows in the lake: its own for Parquet, `{stem}.parquet` for the others, folders kept.
pub(crate) fn stored_name(path: &str, format: &InputFormat) -> String {
    if *format == InputFormat::Parquet {
        return path.to_owned();
    }
    let (folder, file) = path
        .rsplit_once('/')
        .map_or(("", path), |(folder, file)| (folder, file));
    let stem = match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    };
    if folder.is_empty() {
        format!("{stem}.parquet")
    } else {
        format!("{folder}/{stem}.parquet")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lake::format::CsvOptions;

    #[test]
    fn names_in_the_lake() {
        let json = InputFormat::Json { multi_line: false };
        let csv = InputFormat::Csv(CsvOptions::default());
        assert_eq!(stored_name("a=1/b.json", &json), "a=1/b.parquet");
        assert_eq!(stored_name("x.tar.csv", &csv), "x.tar.parquet");
        assert_eq!(stored_name(".hidden", &json), ".hidden.parquet");
        assert_eq!(stored_name("v1.2/rows", &json), "v1.2/rows.parquet");
        assert_eq!(stored_name("a=1/b.c", &InputFormat::Parquet), "a=1/b.c");
    }
}
