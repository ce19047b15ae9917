//! The comparison on minimal documents.
#![allow(clippy::unwrap_used, reason = "tests")]

mod accepted;
mod kinds;
mod patch;

use serde_json::{Value, json};

use super::difference::Difference;
use super::operations;

/// The differences, each as `kind breaking? text`.
fn lines(ours: &Value, theirs: &Value) -> Vec<String> {
    let found = operations::compare(ours, theirs);
    let line = |difference: &Difference| {
        let breaking = if difference.breaking { "!" } else { "" };
        format!("{}{breaking} {}", difference.kind, difference.text())
    };
    found.iter().map(line).collect()
}

/// A document with one operation.
fn with(operation: &Value) -> Value {
    json!({"paths": {"/x": {"get": operation}}, "components": {"schemas": {
        "A": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "a": {"$ref": "#/components/schemas/A"}}},
        "Kind": {"type": "string", "enum": ["one", "two"]}
    }}})
}

fn body(schema: &Value) -> Value {
    json!({"content": {"application/json": {"schema": schema}}})
}

fn object(fields: &Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": fields, "required": required})
}
