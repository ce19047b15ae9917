//! Takes a schema marked `x-aep-raw: true` as any JSON value.
//!
//! An XDM resource is a JSON Schema of its own, with fields that nobody can list, in an order that people
//! care about. A struct would only lose something. The document still describes it, for people and for
//! checking what the emulator answers.

use serde_json::{Value, json};

use super::JSON;
use crate::codegen::document::{schema_ref, schemas_mut};

pub(super) fn run(document: &mut Value) -> usize {
    let mut raw = Vec::new();
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.retain(|name, schema| {
            let keep = schema["x-aep-raw"] != true;
            if !keep {
                raw.push(name.clone());
            }
            keep
        });
    }
    let mut count = 0;
    schemas_mut(document, &mut |schema| {
        let named = schema_ref(schema).is_some_and(|name| raw.iter().any(|raw| raw == name));
        if named || schema.get("x-aep-raw").is_some_and(|mark| *mark == true) {
            *schema = json!({JSON: "raw"});
            count += 1;
        }
    });
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_raw_schema_is_any_value_wherever_it_is_used() {
        super::super::expect(
            super::run,
            json!({
                "paths": {"/x": {"get": {"responses": {"2XX": {"content": {"application/json": {
                    "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Resource"}}
                }}}}}}},
                "components": {"schemas": {
                    "Resource": {"type": "object", "x-aep-raw": true, "properties": {"$id": {"type": "string"}}}
                }}
            }),
            1,
            &json!({
                "paths": {"/x": {"get": {"responses": {"2XX": {"content": {"application/json": {
                    "schema": {"type": "array", "items": {"x-aep-json": "raw"}}
                }}}}}}},
                "components": {"schemas": {}}
            }),
        );
    }
}
