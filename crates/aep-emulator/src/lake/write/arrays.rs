//! Cells of many rows to Arrow arrays, column by column.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int8Array, Int16Array, Int32Array,
    Int64Array, ListArray, MapArray, StringArray, StructArray, TimestampMillisecondArray,
    new_null_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::error::ArrowError;

use super::schema;
use crate::lake::cell::Cell;
use crate::lake::column::{Column, Kind};

static NULL: Cell = Cell::Null;

pub(super) fn columns(columns: &[Column], rows: &[Vec<Cell>]) -> Result<Vec<ArrayRef>, ArrowError> {
    let stored = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.kind.is_stored());
    stored
        .map(|(at, column)| {
            let cells: Vec<&Cell> = rows
                .iter()
                .map(|row| row.get(at).unwrap_or(&NULL))
                .collect();
            array(&column.kind, &cells)
        })
        .collect()
}

fn array(kind: &Kind, cells: &[&Cell]) -> Result<ArrayRef, ArrowError> {
    if cells.iter().all(|cell| **cell == Cell::Null) {
        return Ok(new_null_array(&schema::data_type(kind), cells.len()));
    }
    macro_rules! scalars {
        ($array:ident, $cell:ident, $read:expr) => {
            Arc::new($array::from_iter(cells.iter().map(|cell| match cell {
                Cell::$cell(value) => Some($read(value)),
                _ => None,
            })))
        };
    }
    Ok(match kind {
        Kind::String => {
            let texts = cells.iter().map(|cell| match cell {
                Cell::String(value) => Some(value.as_str()),
                _ => None,
            });
            Arc::new(texts.collect::<StringArray>())
        }
        Kind::Double => scalars!(Float64Array, Double, |value: &f64| *value),
        Kind::Long => scalars!(Int64Array, Long, |value: &i64| *value),
        Kind::Integer => scalars!(Int32Array, Integer, |value: &i32| *value),
        Kind::Short => scalars!(Int16Array, Short, |value: &i16| *value),
        Kind::Byte => scalars!(Int8Array, Byte, |value: &i8| *value),
        Kind::Boolean => scalars!(BooleanArray, Boolean, |value: &bool| *value),
        Kind::Date => scalars!(Date32Array, Date, |value: &i32| *value),
        Kind::DateTime => {
            let times = cells.iter().map(|cell| match cell {
                Cell::DateTime(ms) => Some(*ms),
                _ => None,
            });
            Arc::new(
                times
                    .collect::<TimestampMillisecondArray>()
                    .with_timezone("UTC"),
            )
        }
        Kind::Object(fields) => object(fields, cells)?,
        Kind::Array(item) => list(item, cells)?,
        Kind::Map(item) => map(item, cells)?,
    })
}

fn object(fields: &[Column], cells: &[&Cell]) -> Result<ArrayRef, ArrowError> {
    let present = cells
        .iter()
        .map(|cell| matches!(cell, Cell::Object(_)))
        .collect::<NullBuffer>();
    let mut children = Vec::new();
    for (at, field) in fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.kind.is_stored())
    {
        let inner: Vec<&Cell> = cells
            .iter()
            .map(|cell| match cell {
                Cell::Object(values) => values.get(at).unwrap_or(&NULL),
                _ => &NULL,
            })
            .collect();
        children.push(array(&field.kind, &inner)?);
    }
    Ok(Arc::new(StructArray::try_new(
        schema::fields(fields),
        children,
        Some(present),
    )?))
}

fn list(item: &Column, cells: &[&Cell]) -> Result<ArrayRef, ArrowError> {
    let present = cells
        .iter()
        .map(|cell| matches!(cell, Cell::Array(_)))
        .collect::<NullBuffer>();
    let mut inner = Vec::new();
    let mut lengths = Vec::with_capacity(cells.len());
    for cell in cells {
        let items: &[Cell] = if let Cell::Array(items) = cell {
            items
        } else {
            &[]
        };
        inner.extend(items);
        lengths.push(items.len());
    }
    let values = array(&item.kind, &inner)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(
        schema::element(item),
        offsets,
        values,
        Some(present),
    )?))
}

fn map(item: &Column, cells: &[&Cell]) -> Result<ArrayRef, ArrowError> {
    let present = cells
        .iter()
        .map(|cell| matches!(cell, Cell::Map(_)))
        .collect::<NullBuffer>();
    let (mut keys, mut inner, mut lengths) =
        (Vec::new(), Vec::new(), Vec::with_capacity(cells.len()));
    for cell in cells {
        let entries: &[(String, Cell)] = if let Cell::Map(entries) = cell {
            entries
        } else {
            &[]
        };
        for (key, value) in entries {
            keys.push(key.as_str());
            inner.push(value);
        }
        lengths.push(entries.len());
    }
    let values = array(&item.kind, &inner)?;
    let entries = StructArray::try_new(
        schema::entry_fields(item),
        vec![Arc::new(StringArray::from(keys)), values],
        None,
    )?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(MapArray::try_new(
        schema::entry(item),
        offsets,
        entries,
        Some(present),
        false,
    )?))
}
