//! Columns of a list or a map, put into one array.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, MapArray, StructArray, new_null_array};
use arrow::buffer::{BooleanBuffer, OffsetBuffer};
use arrow::compute::interleave;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use super::Built;

pub(super) type Places = (OffsetBuffer<i32>, Vec<(usize, usize)>, BooleanBuffer);

/// Which parts are there in which row.
pub(super) fn places(count: usize, built: &[Built]) -> Places {
    let mut places = Vec::new();
    let mut lengths = Vec::with_capacity(count);
    for row in 0..count {
        let before = places.len();
        for (slot, part) in built.iter().enumerate() {
            if part.own.as_ref().is_none_or(|own| own.is_valid(row)) {
                places.push((slot, row));
            }
        }
        lengths.push(places.len() - before);
    }
    let valid = lengths.iter().map(|length| *length > 0).collect();
    (OffsetBuffer::from_lengths(lengths), places, valid)
}

pub(super) fn gather(
    built: &[Built],
    places: &[(usize, usize)],
    to: &DataType,
) -> Result<ArrayRef, ArrowError> {
    let wide = built
        .iter()
        .map(|part| widen(&part.array, to))
        .collect::<Result<Vec<_>, _>>()?;
    let refs: Vec<&dyn Array> = wide.iter().map(AsRef::as_ref).collect();
    interleave(&refs, places)
}

/// The same values in a type that has all of its fields, and more.
fn widen(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, ArrowError> {
    if array.data_type() == to {
        return Ok(Arc::clone(array));
    }
    match to {
        DataType::Struct(fields) => {
            let Some(from) = array.as_any().downcast_ref::<StructArray>() else {
                return Ok(new_null_array(to, array.len()));
            };
            let columns = fields
                .iter()
                .map(|field| match from.column_by_name(field.name()) {
                    Some(column) => widen(column, field.data_type()),
                    None => Ok(new_null_array(field.data_type(), array.len())),
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok(Arc::new(StructArray::try_new(
                fields.clone(),
                columns,
                from.nulls().cloned(),
            )?))
        }
        DataType::List(element) => {
            let Some(from) = array.as_any().downcast_ref::<ListArray>() else {
                return Ok(new_null_array(to, array.len()));
            };
            let values = widen(from.values(), element.data_type())?;
            let list = ListArray::try_new(
                Arc::clone(element),
                from.offsets().clone(),
                values,
                from.nulls().cloned(),
            )?;
            Ok(Arc::new(list))
        }
        DataType::Map(entry, _) => {
            let (Some(from), DataType::Struct(fields)) =
                (array.as_any().downcast_ref::<MapArray>(), entry.data_type())
            else {
                return Ok(new_null_array(to, array.len()));
            };
            let value_type = fields
                .get(1)
                .map_or(&DataType::Null, |field| field.data_type());
            let columns = vec![Arc::clone(from.keys()), widen(from.values(), value_type)?];
            let entries = StructArray::try_new(fields.clone(), columns, None)?;
            let map = MapArray::try_new(
                Arc::clone(entry),
                from.offsets().clone(),
                entries,
                from.nulls().cloned(),
                false,
            )?;
            Ok(Arc::new(map))
        }
        _ => Ok(new_null_array(to, array.len())),
    }
}
