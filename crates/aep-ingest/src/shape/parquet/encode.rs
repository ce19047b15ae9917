//! A row group that is too large on its own, written anew as several smaller ones.
//!
//! Values and levels go from page to page as they are, column by column, without a detour over another schema: what is
//! nested stays nested, and a type that only its writer understands stays what it is.

use std::fs::File as Disk;
use std::io::BufWriter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use aep_core::transfer::Identity;
use aep_core::{Error, ErrorKind, Result};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use tempfile::NamedTempFile;
use tokio_util::sync::CancellationToken;

use super::file::File;
use crate::shape::scan::unreadable;
use crate::source::content::Origin;

/// Bytes that a new row group should have: its pages are in memory until it is written.
const TARGET: u64 = 32 * 1024 * 1024;

/// Bytes of values of one column that are in memory while they are copied.
const VALUES: i64 = 4 * 1024 * 1024;

/// Whether and where row groups may be written anew.
#[derive(Clone, Copy)]
pub(in crate::shape) struct Encode<'a>(pub(in crate::shape) Option<&'a Path>);

impl Encode<'_> {
    /// Writes one row group as several; the inner error says why that is not done.
    pub(super) fn smaller(
        self,
        origin: &Origin,
        file: &File,
        number: usize,
        limit: u64,
        cancel: &CancellationToken,
    ) -> Result<std::result::Result<(Origin, File), String>> {
        let Some(directory) = self.0 else {
            return Ok(Err(format!(
                "its row group {number} has more bytes than a request takes"
            )));
        };
        let Some(group) = file.groups().get(number) else {
            return Ok(Err(
                "its row groups are not those that were found".to_owned()
            ));
        };
        let copy = Copy {
            origin,
            file,
            group,
            cancel,
        };
        let bytes = file.span(number, 1).map_or(1, |(start, end)| end - start);
        let target = TARGET.min(limit / 4).max(1);
        let mut rows = share(group.num_rows(), target, bytes);
        loop {
            let made = create(directory)?;
            match copy.run(made.as_file(), rows, limit)? {
                Ok(()) => {
                    let (file, path) = made
                        .keep()
                        .map_err(|error| unmade(directory, error.error))?;
                    let metadata = file.metadata().map_err(|error| unmade(directory, error))?;
                    let made = Origin {
                        path: path.into(),
                        identity: Identity::of(&metadata),
                    };
                    let read = File::read(&made).map_err(|error| unreadable(&made, error))?;
                    return Ok(read.map(|file| (made, file)));
                }
                Err(Short::Odd(why)) => return Ok(Err(why)),
                Err(Short::TooLarge(_)) if rows <= 1 => {
                    return Ok(Err(format!(
                        "a row in its row group {number} has more bytes than a request takes"
                    )));
                }
                // some rows are much larger than others: begin anew with fewer of them
                Err(Short::TooLarge(bytes)) => {
                    rows = share(rows, target, bytes).min(rows / 2).max(1);
                }
            }
        }
    }
}

fn create(directory: &Path) -> Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix("row-group-")
        .suffix(".parquet")
        .tempfile_in(directory)
        .map_err(|error| unmade(directory, error))
}

fn unmade(directory: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "write a row group anew")
        .with("directory", directory.display())
        .because(error)
}

/// How many of some rows have about `target` bytes.
fn share(rows: i64, target: u64, bytes: u64) -> i64 {
    let share = i128::from(rows) * i128::from(target) / i128::from(bytes.max(1));
    i64::try_from(share).unwrap_or(rows).clamp(1, rows.max(1))
}

/// Why no file came out.
enum Short {
    /// A row group of so many bytes.
    TooLarge(u64),
    Odd(String),
}

impl From<ParquetError> for Short {
    fn from(error: ParquetError) -> Self {
        Self::Odd(error.to_string())
    }
}

struct Copy<'a> {
    origin: &'a Origin,
    file: &'a File,
    group: &'a RowGroupMetaData,
    cancel: &'a CancellationToken,
}

impl Copy<'_> {
    /// Writes groups of so many rows.
    fn run(&self, disk: &Disk, rows: i64, limit: u64) -> Result<std::result::Result<(), Short>> {
        let written = catch_unwind(AssertUnwindSafe(|| self.groups(disk, rows, limit)));
        let Ok(written) = written else {
            return Ok(Err(Short::Odd("its pages are damaged".to_owned())));
        };
        if self.cancel.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "split the file")
                .with("file", self.origin.path.display())
                .because("it was cancelled"));
        }
        Ok(written)
    }

    fn groups(&self, disk: &Disk, rows: i64, limit: u64) -> std::result::Result<(), Short> {
        let metadata = self.file.metadata.file_metadata();
        let source =
            Arc::new(Disk::open(&self.origin.path).map_err(|error| Short::Odd(error.to_string()))?);
        let mut writer = SerializedFileWriter::new(
            BufWriter::new(disk),
            metadata.schema_descr().root_schema_ptr(),
            Arc::new(self.properties()),
        )?;
        let mut from = 0;
        while from < self.group.num_rows() {
            let count = rows.min(self.group.num_rows() - from);
            let mut group = writer.next_row_group()?;
            for column in self.group.columns() {
                if self.cancel.is_cancelled() {
                    return Err(Short::Odd("it was cancelled".to_owned()));
                }
                let Some(mut to) = group.next_column()? else {
                    return Err(Short::Odd("its schema has fewer columns".to_owned()));
                };
                self.column(&source, column, &mut to, (from, count))?;
                to.close()?;
            }
            let done = group.close()?;
            let bytes = u64::try_from(done.compressed_size()).unwrap_or(u64::MAX);
            if bytes > limit {
                return Err(Short::TooLarge(bytes));
            }
            from += count;
        }
        writer.close()?;
        let now = source
            .metadata()
            .and_then(|now| self.origin.identity.check(&now, &self.origin.path));
        now.map_err(|error| Short::Odd(error.to_string()))
    }

    fn properties(&self) -> WriterProperties {
        let metadata = self.file.metadata.file_metadata();
        let mut properties = WriterProperties::builder()
            .set_max_row_group_row_count(None)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_key_value_metadata(metadata.key_value_metadata().cloned());
        for column in self.group.columns() {
            properties = properties
                .set_column_compression(column.column_path().clone(), column.compression());
        }
        properties.build()
    }

    /// Copies some rows of one column.
    fn column(
        &self,
        source: &Arc<Disk>,
        column: &ColumnChunkMetaData,
        to: &mut SerializedColumnWriter<'_>,
        rows: (i64, i64),
    ) -> std::result::Result<(), Short> {
        let total = usize::try_from(self.group.num_rows()).unwrap_or(usize::MAX);
        let pages = SerializedPageReader::new(Arc::clone(source), column, total, None)?;
        let from = get_column_reader(column.column_descr_ptr(), Box::new(pages));
        let each = column.uncompressed_size() / self.group.num_rows().max(1);
        let step = usize::try_from(VALUES / each.max(1))
            .unwrap_or(1)
            .clamp(1, 8192);
        match from {
            ColumnReader::BoolColumnReader(from) => values(from, to.typed(), rows, step),
            ColumnReader::Int32ColumnReader(from) => values(from, to.typed(), rows, step),
            ColumnReader::Int64ColumnReader(from) => values(from, to.typed(), rows, step),
            ColumnReader::Int96ColumnReader(from) => values(from, to.typed(), rows, step),
            ColumnReader::FloatColumnReader(from) => values(from, to.typed(), rows, step),
            ColumnReader::DoubleColumnReader(from) => values(from, to.typed(), rows, step),
            ColumnReader::ByteArrayColumnReader(from) => values(from, to.typed(), rows, step),
            ColumnReader::FixedLenByteArrayColumnReader(from) => {
                values(from, to.typed(), rows, step)
            }
        }
    }
}

fn values<T: DataType>(
    mut from: ColumnReaderImpl<T>,
    to: &mut ColumnWriterImpl<'_, T>,
    (skip, count): (i64, i64),
    step: usize,
) -> std::result::Result<(), Short> {
    let ended = || Short::Odd("a column has fewer rows than its row group".to_owned());
    let number = |rows: i64| usize::try_from(rows).map_err(|_| ended());
    let (skip, count) = (number(skip)?, number(count)?);
    if from.skip_records(skip)? < skip {
        return Err(ended());
    }
    let (definitions, repetitions) = {
        let column = to.get_descriptor();
        (column.max_def_level() > 0, column.max_rep_level() > 0)
    };
    let (mut values, mut defined, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
    let mut done = 0;
    while done < count {
        values.clear();
        defined.clear();
        repeated.clear();
        let (records, _, _) = from.read_records(
            step.min(count - done),
            definitions.then_some(&mut defined),
            repetitions.then_some(&mut repeated),
            &mut values,
        )?;
        if records == 0 {
            return Err(ended());
        }
        to.write_batch(
            &values,
            definitions.then_some(&defined),
            repetitions.then_some(&repeated),
        )?;
        done += records;
    }
    Ok(())
}
