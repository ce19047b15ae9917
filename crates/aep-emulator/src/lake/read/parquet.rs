//! Parquet: typed columns, read a batch of rows at a time.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Date64Type, Fields, Float16Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};

use super::{Header, Row, Rows};
use crate::lake::datum::Datum;
use crate::lake::fault::Fault;

/// Most rows decoded at once.
const MAX_ROWS: usize = 1024;

/// About how many decoded bytes are held at once.
const WINDOW: u64 = 8 * 1024 * 1024;

/// First and last four bytes of a Parquet file.
const MAGIC: [u8; 4] = *b"PAR1";

/// Rows of a Parquet file.
pub(crate) struct ParquetRows {
    reader: ParquetRecordBatchReader,
    fields: Fields,
    batch: Option<RecordBatch>,
    at: usize,
    row_bytes: usize,
}

impl ParquetRows {
    /// Checks the magic numbers and reads the footer.
    pub(crate) fn open(mut file: File) -> Result<Self, Fault> {
        check_magic(&mut file)?;
        guarded(|| {
            // The embedded Arrow schema is left aside: the types that count are Parquet's.
            let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
            let metadata =
                ArrowReaderMetadata::load(&file, options).map_err(|error| corrupt(&error))?;
            let rows =
                u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or_default();
            let bytes: u64 = metadata
                .metadata()
                .row_groups()
                .iter()
                .map(|group| u64::try_from(group.total_byte_size()).unwrap_or_default())
                .fold(0, u64::saturating_add);
            let row_bytes = (bytes / rows.max(1)).max(1);
            let window = usize::try_from(WINDOW / row_bytes)
                .unwrap_or(MAX_ROWS)
                .clamp(1, MAX_ROWS);
            let fields = metadata.schema().fields().clone();
            let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
                .with_batch_size(window)
                .build()
                .map_err(|error| corrupt(&error))?;
            let row_bytes = usize::try_from(row_bytes).unwrap_or(usize::MAX);
            Ok(Self {
                reader,
                fields,
                batch: None,
                at: 0,
                row_bytes,
            })
        })
    }
}

/// Damaged files have made the decoder panic before; that must cost the file, not the emulator.
fn guarded<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Fault::corrupt_file(
            "the Parquet pages contradict each other",
        ))
    })
}

fn corrupt(error: &dyn std::fmt::Display) -> Fault {
    Fault::corrupt_file(&format!("not readable as Parquet: {error}"))
}

fn check_magic(file: &mut File) -> Result<(), Fault> {
    let size = file.metadata().map_err(|error| Fault::io(&error))?.len();
    if size == 0 {
        return Err(Fault::empty_file());
    }
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(size.saturating_sub(4)))
        .map_err(|error| Fault::io(&error))?;
    file.take(4)
        .read_to_end(&mut tail)
        .map_err(|error| Fault::io(&error))?;
    file.rewind().map_err(|error| Fault::io(&error))?;
    if tail == MAGIC && size >= 12 {
        return Ok(());
    }
    Err(Fault::schema(format!(
        "is not a Parquet file. expected magic number at tail {MAGIC:?} but found {tail:?}"
    )))
}

impl Rows for ParquetRows {
    fn next_row(&mut self) -> Result<Option<Row>, Fault> {
        loop {
            if let Some(batch) = &self.batch
                && self.at < batch.num_rows()
            {
                let at = self.at;
                self.at += 1;
                let fields = batch
                    .schema_ref()
                    .fields()
                    .iter()
                    .zip(batch.columns())
                    .map(|(field, column)| (field.name().clone(), datum(column.as_ref(), at)))
                    .collect();
                return Ok(Some(Row::Good(Datum::Object(fields), self.row_bytes)));
            }
            let reader = &mut self.reader;
            let next = guarded(|| reader.next().transpose().map_err(|error| corrupt(&error)))?;
            match next {
                None => return Ok(None),
                batch => {
                    // What is decoded may be far larger than what is stored.
                    let size = |batch: &RecordBatch| {
                        batch.get_array_memory_size() / batch.num_rows().max(1)
                    };
                    self.row_bytes = batch.as_ref().map_or(0, size);
                    self.batch = batch;
                    self.at = 0;
                }
            }
        }
    }

    fn header(&self) -> Header<'_> {
        Header::Columns(&self.fields)
    }
}

/// What a column's type is called in the conversion table, or `None` when the table has no such row.
pub(crate) fn type_name(kind: &DataType) -> Option<&'static str> {
    Some(match kind {
        DataType::Boolean => "Boolean",
        DataType::Int8 => "Byte",
        DataType::Int16 | DataType::UInt8 => "Short",
        DataType::Int32 | DataType::UInt16 => "Integer",
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "Long",
        DataType::Float16 | DataType::Float32 | DataType::Float64 => "Double",
        DataType::Date32 | DataType::Date64 => "Date",
        DataType::Timestamp(..) => "DateTime",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "String",
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "Array",
        DataType::Struct(_) => "Object",
        DataType::Map(..) => "Map",
        DataType::Null => "Null",
        _ => return None,
    })
}

/// Days or milliseconds out of a finer unit; what is finer than the stored unit is cut off.
fn millis(array: &dyn Array, unit: TimeUnit, at: usize) -> i64 {
    match unit {
        TimeUnit::Second => array
            .as_primitive::<TimestampSecondType>()
            .value(at)
            .saturating_mul(1000),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(at),
        TimeUnit::Microsecond => array
            .as_primitive::<TimestampMicrosecondType>()
            .value(at)
            .div_euclid(1000),
        TimeUnit::Nanosecond => array
            .as_primitive::<TimestampNanosecondType>()
            .value(at)
            .div_euclid(1_000_000),
    }
}

/// Columns of types without a row in the table never come here: the header was refused.
fn datum(array: &dyn Array, at: usize) -> Datum {
    if array.is_null(at) {
        return Datum::Null;
    }
    match array.data_type() {
        DataType::Boolean => Datum::Boolean(array.as_boolean().value(at)),
        DataType::Int8 => Datum::Byte(array.as_primitive::<Int8Type>().value(at)),
        DataType::Int16 => Datum::Short(array.as_primitive::<Int16Type>().value(at)),
        DataType::Int32 => Datum::Integer(array.as_primitive::<Int32Type>().value(at)),
        DataType::Int64 => Datum::Long(array.as_primitive::<Int64Type>().value(at)),
        DataType::UInt8 => Datum::Short(array.as_primitive::<UInt8Type>().value(at).into()),
        DataType::UInt16 => Datum::Integer(array.as_primitive::<UInt16Type>().value(at).into()),
        DataType::UInt32 => Datum::Long(array.as_primitive::<UInt32Type>().value(at).into()),
        DataType::UInt64 => {
            let value = array.as_primitive::<UInt64Type>().value(at);
            i64::try_from(value).map_or_else(|_| Datum::Huge(value.to_string()), Datum::Long)
        }
        DataType::Float16 => Datum::Double(array.as_primitive::<Float16Type>().value(at).to_f64()),
        DataType::Float32 => Datum::Double(array.as_primitive::<Float32Type>().value(at).into()),
        DataType::Float64 => Datum::Double(array.as_primitive::<Float64Type>().value(at)),
        DataType::Date32 => Datum::Date(array.as_primitive::<Date32Type>().value(at)),
        DataType::Date64 => {
            let days = array
                .as_primitive::<Date64Type>()
                .value(at)
                .div_euclid(86_400_000);
            i32::try_from(days).map_or(Datum::Null, Datum::Date)
        }
        DataType::Timestamp(unit, _) => Datum::DateTime(millis(array, *unit, at)),
        DataType::Utf8 => Datum::String(array.as_string::<i32>().value(at).to_owned()),
        DataType::LargeUtf8 => Datum::String(array.as_string::<i64>().value(at).to_owned()),
        DataType::Utf8View => Datum::String(array.as_string_view().value(at).to_owned()),
        DataType::List(_) => items(array.as_list::<i32>().value(at).as_ref()),
        DataType::LargeList(_) => items(array.as_list::<i64>().value(at).as_ref()),
        DataType::FixedSizeList(..) => items(array.as_fixed_size_list().value(at).as_ref()),
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            Datum::Object(
                fields
                    .iter()
                    .zip(columns)
                    .map(|(field, column)| (field.name().clone(), datum(column, at)))
                    .collect(),
            )
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(at);
            let (keys, values) = (entries.column(0), entries.column(1));
            let pair = |at: usize| {
                let key = match datum(keys, at) {
                    Datum::String(key) => key,
                    other => other.to_json().to_string(),
                };
                (key, datum(values, at))
            };
            Datum::Map((0..entries.len()).map(pair).collect())
        }
        _ => Datum::Null,
    }
}

fn items(array: &dyn Array) -> Datum {
    Datum::Array((0..array.len()).map(|at| datum(array, at)).collect())
}
