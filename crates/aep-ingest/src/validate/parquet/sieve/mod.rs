//! Takes the bad rows out of a Parquet file.
//!
//! The file is written anew from the first row group on that has a bad row: row groups without any are copied as they
//! are, of the others every column is read and written without those rows, level by level, so that types and nesting
//! stay what they were. Bad rows are written as JSON, which a person can mend.

pub(in crate::validate) mod bad;
mod copy;

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::column::reader::get_column_reader;
use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::serialized_reader::SerializedPageReader;
use ::parquet::file::writer::SerializedFileWriter;

use super::rows::Rows;
use super::{Groups, RowGroup, pages, records, sane};
use crate::rejects::{Kind, Rejects};
use crate::validate::at::At;
use crate::validate::findings::{Finding, Rule};
use crate::validate::sift::{Good, Sift, spooled};
use crate::validate::tally::{Each, Reason, Tally};
use crate::validate::{Options, Stop};

/// Follows the rows of a file through its row groups.
pub(in crate::validate) struct Sieve<'a> {
    path: &'a Path,
    sift: &'a Sift<'a>,
    rejects: &'a mut Rejects,
    writer: Option<(PathBuf, SerializedFileWriter<File>)>,
    before: u64,
    good: u64,
    dropped: bool,
    /// The rows of a column can't be copied: the file is set aside.
    damaged: bool,
}

impl<'a> Sieve<'a> {
    pub(in crate::validate) fn new(
        path: &'a Path,
        sift: &'a Sift<'a>,
        rejects: &'a mut Rejects,
    ) -> Self {
        Self {
            path,
            sift,
            rejects,
            writer: None,
            before: 0,
            good: 0,
            dropped: false,
            damaged: false,
        }
    }

    /// Writes what is left of a row group; before the first one, all that came before it.
    fn write(
        &mut self,
        metadata: &ParquetMetaData,
        number: usize,
        left: u64,
        gone: &Rows,
    ) -> Result<(), Fail> {
        let file = File::open(self.path)?;
        self.dropped |= gone.count() > 0;
        let (path, mut writer) = if let Some(open) = self.writer.take() {
            open
        } else {
            let (path, out) = spooled(self.sift.spool)?;
            let mut writer = SerializedFileWriter::new(
                out,
                metadata.file_metadata().schema_descr().root_schema_ptr(),
                Arc::new(properties(metadata)),
            )?;
            for group in metadata.row_groups().get(..number).unwrap_or_default() {
                whole(&file, group, &mut writer)?;
            }
            (path, writer)
        };
        if let Some(group) = metadata.row_groups().get(number) {
            if gone.count() == 0 {
                whole(&file, group, &mut writer)?;
            } else if left > 0 {
                part(&file, group, gone, &mut writer)?;
            }
        }
        self.writer = Some((path, writer));
        Ok(())
    }

    fn set_aside(
        &mut self,
        group: RowGroup<'_>,
        bad: &Rows,
        each: Each,
        tally: &Tally,
    ) -> Result<(), Stop> {
        let number = group.number;
        let mut reasons = each.reasons;
        reasons.sort_by_key(|reason| reason.row);
        let mut reasons = reasons.into_iter().peekable();
        let mut why = |row: u64| -> Vec<Finding> {
            let mut all: Vec<Reason> = Vec::new();
            while let Some(reason) = reasons.next_if(|reason| reason.row <= row + 1) {
                if reason.row == row + 1 {
                    all.push(reason);
                }
            }
            all.into_iter()
                .map(|reason| tally.finding(reason, &self.sift.name, Some(number as u64)))
                .collect()
        };
        let mut written = 0;
        let rows: Vec<u64> = bad.iter().collect();
        let read = bad::read(self.path, number, group.rows(), &rows, |json| {
            let row = rows.get(written).copied().unwrap_or_default();
            written += 1;
            self.rejects
                .row(&Kind::Lines, |out| out.write_all(json), &why(row))
        });
        match read {
            Ok(()) => {}
            Err(bad::Fail::Write(error)) => return Err(error.into()),
            // They are named all the same.
            Err(bad::Fail::Read(what)) => {
                tracing::debug!(%what, "rejected rows can't be written as JSON");
            }
        }
        for row in rows.get(written..).unwrap_or_default() {
            self.rejects.unwritten(&why(*row))?;
        }
        Ok(())
    }

    pub(in crate::validate) fn finish(self) -> Result<(Good, u64), Stop> {
        match self.writer {
            _ if self.damaged || (self.dropped && self.good == 0) => Ok((Good::None, 0)),
            None => Ok((Good::All, self.good)),
            Some((path, mut writer)) => {
                writer.finish().map_err(std::io::Error::other)?;
                Ok((Good::File(path), self.good))
            }
        }
    }
}

impl Groups for Sieve<'_> {
    fn group(
        &mut self,
        group: RowGroup<'_>,
        each: Each,
        tally: &mut Tally,
        options: &Options,
    ) -> Result<(), Stop> {
        let RowGroup {
            metadata,
            number,
            bad,
        } = group;
        let rows = group.rows();
        let before = self.before;
        self.before += rows;
        if self.damaged || tally.is_whole() {
            return Ok(());
        }
        let mut gone = Rows::default();
        gone.add(bad);
        let mut bad = gone.clone();
        if let Some(only) = self.sift.only {
            bad = Rows::default();
            for row in 0..rows {
                if !only.has(before + row + 1) {
                    gone.set(row);
                } else if gone.has(row) {
                    bad.set(row);
                }
            }
        }
        let left = rows - gone.count().min(rows);
        self.good += left;
        if gone.count() > 0 || self.writer.is_some() {
            let done = catch_unwind(AssertUnwindSafe(|| {
                self.write(metadata, number, left, &gone)
            }));
            let what = match done {
                Ok(Ok(())) => None,
                Ok(Err(Fail::Stop(stop))) => return Err(stop),
                Ok(Err(Fail::Damaged(what))) => Some(what),
                Err(_) => Some("a page that can't be read".to_owned()),
            };
            if let Some(what) = what {
                self.damaged = true;
                tally.row = 0;
                tally.odd(
                    Rule::Damaged,
                    &At::ROW,
                    None,
                    "columns that can be read",
                    &what,
                );
                return Ok(());
            }
        }
        self.set_aside(group, &bad, each, tally)?;
        options.advance(0)
    }
}

/// What the file was written with, as far as it can be told.
fn properties(metadata: &ParquetMetaData) -> WriterProperties {
    let file = metadata.file_metadata();
    let mut properties =
        WriterProperties::builder().set_key_value_metadata(file.key_value_metadata().cloned());
    for column in metadata
        .row_groups()
        .first()
        .into_iter()
        .flat_map(RowGroupMetaData::columns)
    {
        properties =
            properties.set_column_compression(column.column_path().clone(), column.compression());
    }
    properties.build()
}

enum Fail {
    Damaged(String),
    Stop(Stop),
}

impl From<ParquetError> for Fail {
    fn from(error: ParquetError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<std::io::Error> for Fail {
    fn from(error: std::io::Error) -> Self {
        Self::Stop(error.into())
    }
}

/// Copies a row group as it is.
fn whole(
    file: &File,
    group: &RowGroupMetaData,
    writer: &mut SerializedFileWriter<File>,
) -> Result<(), Fail> {
    let mut out = writer.next_row_group()?;
    for column in group.columns() {
        let close = ColumnCloseResult {
            bytes_written: u64::try_from(column.compressed_size()).unwrap_or_default(),
            rows_written: sane::rows(group),
            metadata: column.clone(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        out.append_column(file, close)?;
    }
    out.close()?;
    Ok(())
}

/// Copies the rows of a row group that aren't gone.
fn part(
    file: &File,
    group: &RowGroupMetaData,
    gone: &Rows,
    writer: &mut SerializedFileWriter<File>,
) -> Result<(), Fail> {
    let rows = usize::try_from(group.num_rows()).unwrap_or_default();
    let file = Arc::new(file.try_clone()?);
    let mut out = writer.next_row_group()?;
    for chunk in group.columns() {
        if let Err(what) = pages::check(&file, chunk)? {
            return Err(Fail::Damaged(what));
        }
        let pages = SerializedPageReader::new(Arc::clone(&file), chunk, rows, None)?;
        let pages = pages::Guarded::new(pages, chunk.column_descr_ptr());
        let reader = get_column_reader(chunk.column_descr_ptr(), Box::new(pages));
        let Some(mut column) = out.next_column()? else {
            return Err(Fail::Damaged("more columns than the schema has".to_owned()));
        };
        let steps = records::steps(&file, chunk, rows).map_err(Fail::Damaged)?;
        copy::column(
            reader,
            column.untyped(),
            chunk.column_descr(),
            (gone, &steps),
        )?;
        column.close()?;
    }
    out.close()?;
    Ok(())
}
