//! JSON files: objects one after another, or in one array. Their columns are what the first rows have.

use serde_json::{Map, Value, json};

use super::Refused;
use super::file::{Content, ROWS};

pub(super) fn read(bytes: &[u8], cut: bool) -> Result<Content, Refused> {
    let mut rest = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    let in_array = rest.first() == Some(&b'[');
    if in_array {
        rest = &rest[1..];
    }
    let mut rows = Vec::new();
    while rows.len() < ROWS {
        rest = rest.trim_ascii_start();
        if in_array {
            rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
            if rest.first() == Some(&b']') {
                break;
            }
        }
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(row @ Value::Object(_))) => rows.push(row),
            Some(Err(error)) if error.is_eof() && cut && !rows.is_empty() => break,
            Some(Err(error)) => {
                return Err(Refused::bad(
                    1308,
                    format!("row {} could not be read: {error}", rows.len() + 1),
                ));
            }
            Some(Ok(_)) => {
                return Err(Refused::bad(
                    1308,
                    format!("row {} is not an object", rows.len() + 1),
                ));
            }
            None => break,
        }
        let read = values.byte_offset();
        rest = &rest[read..];
    }
    let mut merged = rows
        .iter()
        .fold(Value::Null, |merged, row| merge(merged, schema(row)));
    known(&mut merged);
    Ok(Content {
        columns: columns(&merged),
        rows,
    })
}

/// The fields of an object's schema, in order.
pub(super) fn columns(schema: &Value) -> Vec<(String, Value)> {
    schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect()
}

/// A schema that a value fits.
fn schema(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(number) if number.is_f64() => json!({"type": "number"}),
        Value::Number(_) => integer(),
        Value::String(_) => json!({"type": "string"}),
        Value::Array(items) => {
            let items = items
                .iter()
                .fold(Value::Null, |merged, item| merge(merged, schema(item)));
            json!({"type": "array", "items": items})
        }
        Value::Object(fields) => {
            let fields: Map<String, Value> = fields
                .iter()
                .map(|(name, value)| (name.clone(), schema(value)))
                .collect();
            json!({"type": "object", "properties": fields})
        }
    }
}

/// Integers come with the limits that the published answers have.
pub(super) fn integer() -> Value {
    json!({"type": "integer", "minimum": -9_007_199_254_740_991_i64, "maximum": 9_007_199_254_740_991_i64})
}

/// Of a value that is always null nothing is known: a text holds anything.
fn known(schema: &mut Value) {
    if schema.is_null() {
        *schema = json!({"type": "string"});
    }
    if let Some(items) = schema.get_mut("items") {
        known(items);
    }
    let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
    fields
        .into_iter()
        .flatten()
        .for_each(|(_, field)| known(field));
}

/// A schema that both fit.
fn merge(one: Value, other: Value) -> Value {
    match (one["type"].as_str(), other["type"].as_str()) {
        (None, _) => other,
        (_, None) => one,
        (Some("object"), Some("object")) => {
            let mut merged = one;
            let Value::Object(fields) = other["properties"].clone() else {
                return merged;
            };
            for (name, schema) in fields {
                let before = merged["properties"][&name].take();
                merged["properties"][&name] = merge(before, schema);
            }
            merged
        }
        (Some("array"), Some("array")) => {
            json!({"type": "array", "items": merge(one["items"].clone(), other["items"].clone())})
        }
        (Some(first), Some(second)) if first == second => one,
        (Some("integer" | "number"), Some("integer" | "number")) => json!({"type": "number"}),
        _ => json!({"type": "string"}),
    }
}
