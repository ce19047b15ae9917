//! One column without the rows that are gone.

use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use ::parquet::data_type::DataType;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::schema::types::ColumnDescriptor;

use super::Rows;
use crate::validate::parquet::records::Steps;

pub(super) fn column(
    reader: ColumnReader,
    writer: &mut ColumnWriter<'_>,
    column: &ColumnDescriptor,
    (gone, steps): (&Rows, &Steps),
) -> Result<()> {
    use ColumnReader as R;
    use ColumnWriter as W;
    match (reader, writer) {
        (R::BoolColumnReader(from), W::BoolColumnWriter(to)) => {
            typed(from, to, column, (gone, steps))
        }
        (R::Int32ColumnReader(from), W::Int32ColumnWriter(to)) => {
            typed(from, to, column, (gone, steps))
        }
        (R::Int64ColumnReader(from), W::Int64ColumnWriter(to)) => {
            typed(from, to, column, (gone, steps))
        }
        (R::Int96ColumnReader(from), W::Int96ColumnWriter(to)) => {
            typed(from, to, column, (gone, steps))
        }
        (R::FloatColumnReader(from), W::FloatColumnWriter(to)) => {
            typed(from, to, column, (gone, steps))
        }
        (R::DoubleColumnReader(from), W::DoubleColumnWriter(to)) => {
            typed(from, to, column, (gone, steps))
        }
        (R::ByteArrayColumnReader(from), W::ByteArrayColumnWriter(to)) => {
            typed(from, to, column, (gone, steps))
        }
        (R::FixedLenByteArrayColumnReader(from), W::FixedLenByteArrayColumnWriter(to)) => {
            typed(from, to, column, (gone, steps))
        }
        _ => Err(ParquetError::General(
            "a column of another type than its schema says".to_owned(),
        )),
    }
}

fn typed<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    writer: &mut ColumnWriterImpl<'_, T>,
    column: &ColumnDescriptor,
    (gone, steps): (&Rows, &Steps),
) -> Result<()> {
    let (max_def, max_rep) = (column.max_def_level(), column.max_rep_level());
    let (mut defs, mut reps, mut values) = (Vec::new(), Vec::new(), Vec::new());
    // The row after the one at hand, from 0.
    let mut next = 0_u64;
    for step in steps.iter() {
        defs.clear();
        reps.clear();
        values.clear();
        let (records, _, levels) =
            reader.read_records(step, Some(&mut defs), Some(&mut reps), &mut values)?;
        if records == 0 {
            return Ok(());
        }
        let (mut left, mut left_defs, mut left_reps) = (
            Vec::with_capacity(values.len()),
            Vec::with_capacity(defs.len()),
            Vec::with_capacity(reps.len()),
        );
        let mut given = values.drain(..);
        for at in 0..levels {
            let def = defs.get(at).copied().unwrap_or(max_def);
            let rep = reps.get(at).copied().unwrap_or_default();
            let value = if def == max_def { given.next() } else { None };
            next += u64::from(rep == 0);
            if gone.has(next - 1) {
                continue;
            }
            left.extend(value);
            left_defs.push(def);
            left_reps.push(rep);
        }
        drop(given);
        writer.write_batch(
            &left,
            (max_def > 0).then_some(&left_defs),
            (max_rep > 0).then_some(&left_reps),
        )?;
    }
    Ok(())
}
