//! Parquet files: columns as their footer has them.

use std::path::Path;

use arrow::datatypes::{DataType, Field};
use serde_json::{Map, Value, json};

use super::Refused;
use super::file::{Content, ROWS};
use super::json::integer;
use crate::lake::preview;

/// Blocking.
pub(super) fn read(path: &Path) -> Result<Content, Refused> {
    let broken = |why: &str| Refused::bad(1308, format!("the file could not be read: {why}"));
    let fields = preview::columns(path).map_err(|fault| broken(&fault.description))?;
    let rows = preview::stored(path, ROWS).map_err(|fault| broken(&fault.description))?;
    let columns = fields
        .iter()
        .map(|field| (field.name().clone(), schema(field)))
        .collect();
    Ok(Content { columns, rows })
}

fn schema(field: &Field) -> Value {
    match field.data_type() {
        DataType::Boolean => json!({"type": "boolean"}),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => json!({"type": "number"}),
        kind if kind.is_decimal() => json!({"type": "number"}),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => integer(),
        DataType::Date32 | DataType::Date64 => json!({"type": "string", "format": "date"}),
        DataType::Timestamp(..) => json!({"type": "string", "format": "date-time"}),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            json!({"type": "array", "items": schema(item)})
        }
        DataType::Struct(fields) => {
            let fields: Map<String, Value> = fields
                .iter()
                .map(|field| (field.name().clone(), schema(field)))
                .collect();
            json!({"type": "object", "properties": fields})
        }
        DataType::Map(entries, _) => {
            let value = match entries.data_type() {
                DataType::Struct(pair) => pair.get(1).map(|value| schema(value)),
                _ => None,
            };
            json!({"type": "object", "additionalProperties": value})
        }
        _ => json!({"type": "string"}),
    }
}
