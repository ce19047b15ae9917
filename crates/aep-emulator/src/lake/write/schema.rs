//! Physical types of the stored columns.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};

use crate::lake::column::{Column, Kind};

pub(super) fn schema(columns: &[Column]) -> Schema {
    Schema::new(fields(columns))
}

/// Groups without any field are left out: Parquet has none.
pub(super) fn fields(columns: &[Column]) -> Fields {
    columns
        .iter()
        .filter(|column| column.kind.is_stored())
        .map(|column| Field::new(&column.name, data_type(&column.kind), true))
        .collect()
}

/// INT32 with DATE, INT_8 or INT_16, INT64 with TIMESTAMP_MILLIS, and the groups of the LIST and MAP annotations.
pub(super) fn data_type(kind: &Kind) -> DataType {
    match kind {
        Kind::String => DataType::Utf8,
        Kind::Double => DataType::Float64,
        Kind::Long => DataType::Int64,
        Kind::Integer => DataType::Int32,
        Kind::Short => DataType::Int16,
        Kind::Byte => DataType::Int8,
        Kind::Boolean => DataType::Boolean,
        Kind::Date => DataType::Date32,
        Kind::DateTime => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        Kind::Array(item) => DataType::List(element(item)),
        Kind::Object(columns) => DataType::Struct(fields(columns)),
        Kind::Map(item) => DataType::Map(entry(item), false),
    }
}

pub(super) fn element(item: &Column) -> Arc<Field> {
    Arc::new(Field::new("element", data_type(&item.kind), true))
}

pub(super) fn entry_fields(item: &Column) -> Fields {
    vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", data_type(&item.kind), true),
    ]
    .into()
}

pub(super) fn entry(item: &Column) -> Arc<Field> {
    Arc::new(Field::new(
        "key_value",
        DataType::Struct(entry_fields(item)),
        false,
    ))
}
