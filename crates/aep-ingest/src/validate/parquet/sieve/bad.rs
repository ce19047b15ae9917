//! Rows of a row group as JSON.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use ::arrow::array::{Array, AsArray, RecordBatch, StructArray};
use ::arrow::compute::cast;
use ::arrow::datatypes::{DataType, FieldRef};
use ::arrow::error::ArrowError;
use ::arrow::json::writer::{LineDelimited, WriterBuilder};
use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection};
use aep_core::Error;

/// Rows turned to JSON at a time.
const BATCH: usize = 256;

/// How the platform takes date-times.
const INSTANT: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";

pub(in crate::validate) enum Fail {
    /// A row can't be read, or has no form in JSON.
    Read(String),
    Write(Error),
}

/// Gives the rows of that number, counted from 0, to `take`, in their order.
pub(in crate::validate) fn read(
    path: &Path,
    group: usize,
    rows: u64,
    wanted: &[u64],
    mut take: impl FnMut(&[u8]) -> aep_core::Result<()>,
) -> Result<(), Fail> {
    if wanted.is_empty() {
        return Ok(());
    }
    let index = |row: u64| usize::try_from(row).map_err(Fail::read);
    let mut runs = Vec::new();
    for row in wanted {
        let at = index(*row)?;
        match runs.last_mut() {
            Some(std::ops::Range { end, .. }) if *end == at => *end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    let selection = RowSelection::from_consecutive_ranges(runs.into_iter(), index(rows)?);
    let batches = ParquetRecordBatchReaderBuilder::try_new(File::open(path).map_err(Fail::read)?)
        .map_err(Fail::read)?
        .with_row_groups(vec![group])
        .with_row_selection(selection)
        .with_batch_size(BATCH)
        .build()
        .map_err(Fail::read)?;
    for batch in batches {
        let json = lines(batch.map_err(Fail::read)?).map_err(Fail::read)?;
        for line in json.split_inclusive(|byte| *byte == b'\n') {
            take(line.strip_suffix(b"\n").unwrap_or(line)).map_err(Fail::Write)?;
        }
    }
    Ok(())
}

fn lines(batch: RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut json = Vec::new();
    let rows = StructArray::from(batch);
    let batch = RecordBatch::from(cast(&rows, &offset(rows.data_type()))?.as_struct());
    let mut writer = WriterBuilder::new()
        .with_timestamp_format(INSTANT.to_owned())
        .with_timestamp_tz_format(INSTANT.to_owned())
        .build::<_, LineDelimited>(json.by_ref());
    writer.write(&batch)?;
    writer.finish()?;
    drop(writer);
    Ok(json)
}

/// The same type with the zone of instants as an offset: names of zones are known to a larger build of arrow only.
fn offset(of: &DataType) -> DataType {
    let inner = |field: &FieldRef| -> FieldRef {
        let like = field.as_ref().clone();
        Arc::new(like.with_data_type(offset(field.data_type())))
    };
    match of {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        DataType::List(item) => DataType::List(inner(item)),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        other => other.clone(),
    }
}

impl Fail {
    #[expect(clippy::needless_pass_by_value, reason = "that is what `map_err` has")]
    fn read(error: impl ToString) -> Self {
        Self::Read(error.to_string())
    }
}
