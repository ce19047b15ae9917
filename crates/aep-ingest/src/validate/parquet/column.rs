//! One column of one row group.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::parquet::column::page::PageReader;
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use ::parquet::data_type::{AsBytes, DataType};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use ::parquet::file::serialized_reader::SerializedPageReader;
use ::parquet::file::statistics::Statistics;

use super::levels::place;
use super::plan::Leaf;
use super::records::{self, Steps};
use super::rows::Rows;
use super::values::{Check, Value};
use super::{pages, sane, scalar_expected};
use crate::validate::findings::Rule;
use crate::validate::tally::Tally;
use crate::validate::{Options, Stop};

enum Fail {
    Damaged(String),
    Stop(Stop),
}

impl From<ParquetError> for Fail {
    fn from(error: ParquetError) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Checks a column; rows with errors go to `bad`.
pub(super) fn check(
    file: &File,
    group: &RowGroupMetaData,
    leaf: &Leaf<'_>,
    options: &Options,
    tally: &mut Tally,
    bad: &mut Rows,
) -> Result<(), Stop> {
    let Some(chunk) = group.columns().get(leaf.column) else {
        return Ok(());
    };
    let mut column = Column {
        group,
        chunk,
        leaf,
        options,
        tally,
        bad,
        steps: Steps::default(),
    };
    // Pages are checked by the crate as it reads them; what it overlooks must not end the process.
    let done = catch_unwind(AssertUnwindSafe(|| column.read(file)));
    let damaged = match done {
        Ok(Ok(())) => None,
        Ok(Err(Fail::Stop(stop))) => return Err(stop),
        Ok(Err(Fail::Damaged(what))) => Some(what),
        Err(_) => Some("a page that can't be read".to_owned()),
    };
    if let Some(what) = damaged {
        tally.row = 0;
        place(&leaf.parts, &[], |at| {
            tally.odd(Rule::Damaged, at, None, "a column that can be read", &what);
        });
    }
    options.advance(usize::try_from(chunk.compressed_size()).unwrap_or_default())
}

struct Column<'a, 's> {
    group: &'a RowGroupMetaData,
    chunk: &'a ColumnChunkMetaData,
    leaf: &'a Leaf<'s>,
    options: &'a Options,
    tally: &'a mut Tally,
    bad: &'a mut Rows,
    /// How many rows to read at a time.
    steps: Steps,
}

impl Column<'_, '_> {
    fn read(&mut self, file: &File) -> Result<(), Fail> {
        let rows = usize::try_from(self.group.num_rows()).unwrap_or_default();
        let file = Arc::new(file.try_clone().map_err(|error| Fail::Stop(error.into()))?);
        let mut pages = SerializedPageReader::new(Arc::clone(&file), self.chunk, rows, None)?;
        let statistics = self.chunk.statistics();
        let full = statistics.and_then(Statistics::null_count_opt) == Some(0);
        let required = self
            .leaf
            .required
            .iter()
            .any(|required| required.own.is_none() || !full);
        if !required && self.leaf.check.settled_by(statistics) {
            return self.follow(&mut pages);
        }
        if let Err(what) =
            pages::check(&file, self.chunk).map_err(|error| Fail::Stop(error.into()))?
        {
            return Err(Fail::Damaged(what));
        }
        let pages = pages::Guarded::new(pages, self.chunk.column_descr_ptr());
        self.steps = records::steps(&file, self.chunk, rows).map_err(Fail::Damaged)?;
        let check = self.leaf.check;
        match get_column_reader(self.chunk.column_descr_ptr(), Box::new(pages)) {
            ColumnReader::BoolColumnReader(reader) => {
                self.scan(reader, |value| Value::Flag(*value))
            }
            ColumnReader::Int32ColumnReader(reader) => match check {
                Check::Unsigned(_) => {
                    self.scan(reader, |value| Value::Whole(value.cast_unsigned().into()))
                }
                _ => self.scan(reader, |value| Value::Whole((*value).into())),
            },
            ColumnReader::Int64ColumnReader(reader) => match check {
                Check::Unsigned(_) => self.scan(reader, |value| match *value {
                    value @ 0.. => Value::Whole(value),
                    value => Value::Wide(value.cast_unsigned()),
                }),
                _ => self.scan(reader, |value| Value::Whole(*value)),
            },
            ColumnReader::FloatColumnReader(reader) => {
                self.scan(reader, |value| Value::Double((*value).into()))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                self.scan(reader, |value| Value::Double(*value))
            }
            ColumnReader::Int96ColumnReader(reader) => {
                self.scan(reader, |value| Value::Bytes(value.as_bytes()))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                self.scan(reader, |value| Value::Bytes(value.data()))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                self.scan(reader, |value| Value::Bytes(value.as_bytes()))
            }
        }
    }

    /// Follows the chain of pages without reading them.
    fn follow(&self, pages: &mut impl PageReader) -> Result<(), Fail> {
        let mut entries = 0;
        while let Some(page) = pages.peek_next_page()? {
            entries += page.num_levels.unwrap_or_default() as u64;
            pages.skip_next_page()?;
        }
        let due = u64::try_from(self.chunk.num_values()).unwrap_or_default();
        if entries == due {
            Ok(())
        } else {
            Err(Fail::Damaged(format!("{entries} values instead of {due}")))
        }
    }

    fn scan<T: DataType>(
        &mut self,
        mut reader: ColumnReaderImpl<T>,
        see: impl Fn(&T::T) -> Value<'_>,
    ) -> Result<(), Fail> {
        let (mut defs, mut reps, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let max_def = self.chunk.column_descr().max_def_level();
        let check = self.leaf.check;
        let mut rows = 0;
        let steps = std::mem::take(&mut self.steps);
        for step in steps.iter() {
            defs.clear();
            reps.clear();
            values.clear();
            let (records, _, levels) =
                reader.read_records(step, Some(&mut defs), Some(&mut reps), &mut values)?;
            if records == 0 {
                break;
            }
            let entry = |at: usize| {
                (
                    defs.get(at).copied().unwrap_or(max_def),
                    reps.get(at).copied().unwrap_or_default(),
                )
            };
            let missing = self.leaf.required.iter().any(|required| {
                (0..levels)
                    .map(entry)
                    .any(|(def, rep)| required.missing(def, rep))
            });
            if missing
                || (!check.is_nothing()
                    && values.iter().any(|value| check.value(see(value)).is_some()))
            {
                self.report(
                    (0..levels).map(entry),
                    max_def,
                    rows,
                    values.iter().map(&see),
                );
            }
            rows += records as u64;
            self.options.advance(0).map_err(Fail::Stop)?;
        }
        let due = sane::rows(self.group);
        if rows == due {
            Ok(())
        } else {
            Err(Fail::Damaged(format!("{rows} rows instead of {due}")))
        }
    }

    /// Goes over a batch again, to say what is wrong where.
    fn report<'v>(
        &mut self,
        entries: impl Iterator<Item = (i16, i16)>,
        max_def: i16,
        rows: u64,
        mut values: impl Iterator<Item = Value<'v>>,
    ) {
        let leaf = self.leaf;
        let max_rep =
            usize::try_from(self.chunk.column_descr().max_rep_level()).unwrap_or_default();
        let mut indices = vec![0_u64; max_rep];
        let mut row = rows;
        for (def, rep) in entries {
            let depth = usize::try_from(rep).unwrap_or_default();
            if depth == 0 {
                row += 1;
                indices.fill(0);
            } else if let Some((index, inner)) = indices
                .get_mut(depth - 1..)
                .and_then(<[u64]>::split_first_mut)
            {
                *index += 1;
                inner.fill(0);
            }
            self.tally.row = row;
            self.tally.bad = false;
            for required in leaf
                .required
                .iter()
                .filter(|required| required.missing(def, rep))
            {
                let found = if required.own.is_some() {
                    "null"
                } else {
                    "no such column"
                };
                place(&required.parts, &indices, |at| {
                    self.tally.broken(required.field, at, Rule::Required, found);
                });
            }
            if def == max_def
                && let Some(value) = values.next()
                && let Some(rule) = leaf.check.value(value)
            {
                let found = match value {
                    Value::Bytes(_) => format!("\"{}\"", value.show()),
                    _ => value.show().into_owned(),
                };
                let expected = || scalar_expected(leaf.check, rule);
                place(&leaf.parts, &indices, |at| {
                    self.tally.note(rule, at, None, expected, &found);
                });
            }
            if self.tally.bad {
                self.bad.set(row - 1);
            }
        }
    }
}
