//! Brings what only OpenAPI 3.1 can say to the words of 3.0.
//!
//! Reactor's document is 3.1, and others use its words under a 3.0 heading: several types at once, `null` as a type,
//! `const`, a list of examples, a boolean as schema. Several types that are not one type and `null` become any value.

use serde_json::{Map, Value};

use super::any;
use crate::codegen::document::schemas_mut;

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    if document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.1"))
    {
        document["openapi"] = Value::from("3.0.3");
        count += 1;
    }
    if let Some(fields) = document.as_object_mut() {
        for key in ["webhooks", "jsonSchemaDialect"] {
            count += usize::from(fields.shift_remove(key).is_some());
        }
    }
    schemas_mut(document, &mut |schema| {
        booleans(schema, &mut count);
        types(schema, &mut count);
        let Some(fields) = schema.as_object_mut() else {
            return;
        };
        if let Some(value) = fields.shift_remove("const") {
            fields.insert("enum".to_owned(), Value::Array(vec![value]));
            count += 1;
        }
        if let Some(Value::Array(examples)) = fields.get("examples") {
            let first = examples.first().cloned();
            fields.shift_remove("examples");
            if let Some(first) = first {
                fields.entry("example").or_insert(first);
            }
            count += 1;
        }
        for bound in ["exclusiveMinimum", "exclusiveMaximum"] {
            if fields.get(bound).is_some_and(Value::is_number) {
                fields.shift_remove(bound);
                count += 1;
            }
        }
        for union in ["oneOf", "anyOf"] {
            let Some(Value::Array(arms)) = fields.get_mut(union) else {
                continue;
            };
            let before = arms.len();
            arms.retain(|arm| arm["type"] != "null");
            if arms.len() < before {
                fields.insert("nullable".to_owned(), Value::Bool(true));
                count += 1;
            }
        }
    });
    count
}

/// `true` and `false` in the place of a schema below this one.
fn booleans(schema: &mut Value, count: &mut usize) {
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    if let Some(items @ Value::Bool(_)) = fields.get_mut("items") {
        *items = Value::Object(Map::new());
        *count += 1;
    }
    if let Some(Value::Object(properties)) = fields.get_mut("properties") {
        for property in properties
            .values_mut()
            .filter(|property| property.is_boolean())
        {
            *property = Value::Object(Map::new());
            *count += 1;
        }
    }
}

fn types(schema: &mut Value, count: &mut usize) {
    let Some(Value::Array(types)) = schema.get("type") else {
        return;
    };
    let nullable = types.iter().any(|kind| kind == "null");
    let others: Vec<Value> = types
        .iter()
        .filter(|kind| *kind != "null")
        .cloned()
        .collect();
    *count += 1;
    match others.as_slice() {
        [one] => {
            schema["type"] = one.clone();
            if nullable {
                schema["nullable"] = Value::Bool(true);
            }
        }
        _ => any(schema, "several types"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn words_of_3_1_are_said_in_3_0() {
        super::super::expect(
            super::run,
            json!({"openapi": "3.1.0", "webhooks": {}, "components": {"schemas": {"A": {
                "type": "object", "properties": {
                    "a": {"type": ["string", "null"]},
                    "b": {"type": ["string", "integer"]},
                    "c": {"const": 1, "examples": [1]},
                    "d": true,
                    "e": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "f": {"type": "integer", "exclusiveMinimum": 3}
                }
            }}}}),
            9,
            &json!({"openapi": "3.0.3", "components": {"schemas": {"A": {
                "type": "object", "properties": {
                    "a": {"type": "string", "nullable": true},
                    "b": {"x-aep-json": "several types"},
                    "c": {"enum": [1], "example": 1},
                    "d": {},
                    "e": {"anyOf": [{"type": "string"}], "nullable": true},
                    "f": {"type": "integer"}
                }
            }}}}),
        );
    }
}
