//! Mends what is no schema, or no complete one, in the place of a schema.
//!
//! A list that does not say of what, a description that is a number, a word for a type that no version of the standard
//! has: the parser of OpenAPI refuses the whole document for one of them. A list without a word about its elements is a
//! list of anything; a value of an unknown type is any value.

use serde_json::{Map, Value};

use super::any;
use crate::codegen::document::{operations_mut, schemas_mut};

/// Whether a value may stand where it stands.
type Fits = fn(&Value) -> bool;

const TYPES: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];

/// The words that only an object has.
const OF_OBJECTS: [&str; 4] = [
    "properties",
    "additionalProperties",
    "required",
    "discriminator",
];

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    schemas_mut(document, &mut |schema| mend(schema, &mut count));
    operations_mut(document, |_, _, operation| {
        for (_, response) in crate::codegen::document::object_mut(operation, "responses") {
            if let Some(fields) = response.as_object_mut()
                && !fields.contains_key("$ref")
                && !fields.get("description").is_some_and(Value::is_string)
            {
                fields.insert("description".to_owned(), Value::from(""));
                count += 1;
            }
        }
    });
    count
}

fn mend(schema: &mut Value, count: &mut usize) {
    let Some(fields) = schema.as_object_mut() else {
        any(schema, "not a schema");
        *count += 1;
        return;
    };
    if fields.contains_key("$ref") {
        // nothing beside a reference counts in 3.0
        *count += fields.len() - 1;
        fields.retain(|key, _| key == "$ref");
        return;
    }
    for text in ["description", "title", "format", "pattern"] {
        if let Some(value) = fields.get_mut(text).filter(|value| !value.is_string()) {
            *count += 1;
            if value.is_object() || value.is_array() || value.is_null() {
                fields.shift_remove(text);
            } else {
                *value = Value::from(value.to_string());
            }
        }
    }
    let misplaced: [(&str, Fits); 8] = [
        ("properties", Value::is_object),
        ("required", is_names),
        ("enum", Value::is_array),
        ("nullable", Value::is_boolean),
        ("readOnly", Value::is_boolean),
        ("writeOnly", Value::is_boolean),
        ("deprecated", Value::is_boolean),
        ("allOf", Value::is_array),
    ];
    for (key, fits) in misplaced {
        if fields.get(key).is_some_and(|value| !fits(value)) {
            fields.shift_remove(key);
            *count += 1;
        }
    }
    let composed = ["allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| fields.contains_key(*key));
    if !fields.contains_key("type") && !composed {
        // a shape without its word
        let word = if fields.contains_key("properties") {
            "object"
        } else if fields.contains_key("items") {
            "array"
        } else {
            return;
        };
        fields.insert("type".to_owned(), Value::from(word));
        *count += 1;
    }
    match fields.get("type").and_then(Value::as_str) {
        Some("array") => {
            if !fields.get("items").is_some_and(Value::is_object) {
                fields.insert("items".to_owned(), Value::Object(Map::new()));
                *count += 1;
            }
            *count += OF_OBJECTS
                .iter()
                .filter(|key| fields.shift_remove(**key).is_some())
                .count();
        }
        Some("object") => {
            let stray = ["items", "enum", "format"];
            *count += stray
                .iter()
                .filter(|key| fields.shift_remove(**key).is_some())
                .count();
        }
        Some(kind) if TYPES.contains(&kind) => {
            *count += OF_OBJECTS
                .iter()
                .chain(&["items"])
                .filter(|key| fields.shift_remove(**key).is_some())
                .count();
        }
        None if !fields.contains_key("type") => {}
        _ => {
            any(schema, "an unknown type");
            *count += 1;
        }
    }
}

fn is_names(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|names| !names.is_empty() && names.iter().all(Value::is_string))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn half_a_schema_is_made_whole() {
        super::super::expect(
            super::run,
            json!({"paths": {"/x": {"get": {"responses": {"200": {}}}}}, "components": {"schemas": {"A": {
                "properties": {
                    "list": {"type": "array", "description": 5, "properties": {}},
                    "word": {"type": "text", "description": "d"},
                    "flag": {"type": "boolean", "required": true},
                    "one": {"$ref": "#/components/schemas/B", "description": "d"},
                    "stray": "string",
                    "nothing": {}
                }
            }}}}),
            9,
            &json!({"paths": {"/x": {"get": {"responses": {"200": {"description": ""}}}}}, "components": {"schemas": {"A": {
                "properties": {
                    "list": {"type": "array", "description": "5", "items": {}},
                    "word": {"x-aep-json": "an unknown type", "description": "d"},
                    "flag": {"type": "boolean"},
                    "one": {"$ref": "#/components/schemas/B"},
                    "stray": {"x-aep-json": "not a schema"},
                    "nothing": {}
                },
                "type": "object"
            }}}}),
        );
    }
}
