//! What a sample row can do, and the Arrow types that both datasets are made of.

use std::fmt::Display;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, SchemaRef, TimeUnit};
use jiff::Span;
use jiff::civil::Date;
use serde::Serialize;

/// One row of a sample dataset, in every form that is written.
pub(super) trait Row: Serialize + Sized {
    /// Where the file goes below the folder of the samples, without its ending.
    const FILE: &'static str;
    /// Row `row` (from 0) of the dataset that `seed` gives; `members` is the number of members there are.
    fn build(seed: u64, row: u64, members: u64) -> Self;
    /// The types of the Parquet file.
    fn schema() -> SchemaRef;
    /// The columns of the CSV file: XDM paths.
    fn header() -> &'static [&'static str];
    /// The values of the CSV file, in the order of the header.
    fn cells(&self) -> Vec<String>;
}

/// A CSV value; nothing for null.
pub(super) fn cell(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A date-time in UTC with milliseconds.
pub(super) fn timestamp(day: Date, milliseconds: u32) -> String {
    let time = day
        .at(0, 0, 0, 0)
        .saturating_add(Span::new().milliseconds(milliseconds));
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

pub(super) fn optional(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, true)
}

pub(super) fn fields<const N: usize>(fields: [Field; N]) -> DataType {
    DataType::Struct(fields.into_iter().collect())
}

/// A list with the element name that the Parquet format wants.
pub(super) fn list(element: DataType) -> DataType {
    DataType::List(Arc::new(optional("element", element)))
}

/// A map from text, with the names that the Parquet format wants.
pub(super) fn map(value: DataType) -> DataType {
    let entries = fields([
        Field::new("key", DataType::Utf8, false),
        optional("value", value),
    ]);
    DataType::Map(Arc::new(Field::new("key_value", entries, false)), false)
}

/// Milliseconds in UTC: TIMESTAMP_MILLIS.
pub(super) fn date_time() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("+00:00".into()))
}

pub(super) fn identity_map_field() -> Field {
    let identity = fields([
        optional("id", DataType::Utf8),
        optional("authenticatedState", DataType::Utf8),
        optional("primary", DataType::Boolean),
    ]);
    optional("identityMap", map(list(identity)))
}
