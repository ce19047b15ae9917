//! Puts shared parameters, request bodies and responses where they are referred to.
//!
//! Our documents say each error shape and each common header once, under `components`. With the
//! references resolved, every later pass can look at an operation and see all of it. References to
//! schemas stay: they become types.

use serde_json::{Map, Value};

use crate::codegen::document::{METHODS, object_mut, resolve};

/// How long a chain of references may be before it is taken for a circle.
const DEPTH: usize = 16;

pub(super) fn run(document: &mut Value) -> usize {
    let original = document.clone();
    let mut count = 0;
    for (_, item) in object_mut(document, "paths") {
        list(item, &original, &mut count);
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                list(operation, &original, &mut count);
                if let Some(body) = operation.get_mut("requestBody") {
                    place(body, &original, &mut count);
                }
                for (_, response) in object_mut(operation, "responses") {
                    place(response, &original, &mut count);
                }
            }
        }
    }
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.retain(|kind, _| kind == "schemas");
    }
    count
}

fn list(holder: &mut Value, original: &Value, count: &mut usize) {
    for parameter in holder
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        place(parameter, original, count);
    }
}

fn place(value: &mut Value, original: &Value, count: &mut usize) {
    for _ in 0..DEPTH {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return;
        };
        *value = resolve(original, reference)
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new()));
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_shared_response_is_put_in_place() {
        super::super::expect(
            super::run,
            json!({
                "paths": {"/x": {"get": {
                    "parameters": [{"$ref": "#/components/parameters/limit"}],
                    "responses": {"404": {"$ref": "#/components/responses/NotFound"}}
                }}},
                "components": {
                    "schemas": {"Problem": {"type": "object"}},
                    "parameters": {"limit": {"name": "limit", "in": "query"}},
                    "responses": {"NotFound": {"description": "no such thing"}}
                }
            }),
            2,
            &json!({
                "paths": {"/x": {"get": {
                    "parameters": [{"name": "limit", "in": "query"}],
                    "responses": {"404": {"description": "no such thing"}}
                }}},
                "components": {"schemas": {"Problem": {"type": "object"}}}
            }),
        );
    }
}
