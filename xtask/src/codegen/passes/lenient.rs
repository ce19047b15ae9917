//! Makes everything that is read optional and every enum in it open.
//!
//! Adobe's own examples contradict its schemas in two cases out of five. A missing field or a new status
//! must not make an answer unreadable, so `required`, `enum` and `nullable` are for what is sent: they go
//! from every schema that an answer can reach.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::codegen::document::{Place, object_mut, reachable, roots_mut, walk_schema};

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    let mut loosen = |schema: &mut Value| {
        if let Some(fields) = schema.as_object_mut() {
            count += ["required", "enum", "nullable"]
                .iter()
                .filter(|key| fields.remove(**key).is_some())
                .count();
        }
    };
    let read = answers(document);
    roots_mut(document, |place, schema| {
        if place == Place::Response {
            walk_schema(schema, &mut loosen);
        }
    });
    if let Some(components) = document.get_mut("components") {
        for (name, schema) in object_mut(components, "schemas") {
            if read.contains(name) {
                walk_schema(schema, &mut loosen);
            }
        }
    }
    count
}

/// The names of the schemas that an answer can reach.
pub(super) fn answers(document: &mut Value) -> BTreeSet<String> {
    let mut roots = Vec::new();
    roots_mut(document, |place, schema| {
        if place == Place::Response {
            roots.push(schema.clone());
        }
    });
    let mut found = BTreeSet::new();
    for root in &roots {
        reachable(document, root, &mut found);
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn what_is_read_is_loosened_and_what_is_sent_is_not() {
        let request = json!({"type": "object", "required": ["format"], "properties": {
            "format": {"type": "string", "enum": ["json", "parquet"]}
        }});
        super::super::expect(
            super::run,
            json!({
                "paths": {"/x": {"post": {
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                    "responses": {"2XX": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Made"}}}}}
                }}},
                "components": {"schemas": {
                    "New": request,
                    "Made": {"type": "object", "required": ["status"], "properties": {
                        "status": {"type": "string", "nullable": true, "enum": ["loading"]}
                    }}
                }}
            }),
            3,
            &json!({
                "paths": {"/x": {"post": {
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                    "responses": {"2XX": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Made"}}}}}
                }}},
                "components": {"schemas": {
                    "New": request,
                    "Made": {"type": "object", "properties": {"status": {"type": "string"}}}
                }}
            }),
        );
    }
}
