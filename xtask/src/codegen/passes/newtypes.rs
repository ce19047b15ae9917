//! Puts named schemas that are no structs and no enums where they are used.
//!
//! typify wraps every named string, list and map into a struct of one field, with conversions around it.
//! `Keyed<String, Batch>` says more than `BatchMap(Keyed<String, Batch>)`, and needs no unwrapping.

use serde_json::{Map, Value};

use crate::codegen::document::{schema_ref, schemas_mut};

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    // a name may stand for another one: go on until nothing is left, or only a circle
    for _ in 0..8 {
        let Some(schemas) = document["components"]["schemas"].as_object() else {
            break;
        };
        let plain: Map<String, Value> = schemas
            .iter()
            .filter(|(name, schema)| is_plain(schema) && !mentions(schema, name))
            .map(|(name, schema)| (name.clone(), schema.clone()))
            .collect();
        if plain.is_empty() {
            break;
        }
        let ends = ends(&plain);
        schemas_mut(document, &mut |schema| {
            if let Some(target) = schema_ref(schema).and_then(|name| ends.get(name)) {
                *schema = target.clone();
                count += 1;
            }
        });
        if let Some(schemas) = document
            .pointer_mut("/components/schemas")
            .and_then(Value::as_object_mut)
        {
            let before = schemas.len();
            schemas.retain(|name, _| !plain.contains_key(name));
            count += before - schemas.len();
        }
    }
    count
}

/// What each of these schemas stands for in the end: a name may stand for a name.
fn ends(plain: &Map<String, Value>) -> Map<String, Value> {
    let mut ends = Map::new();
    for name in plain.keys() {
        let mut way = Vec::new();
        let mut at = name.as_str();
        let end = loop {
            if let Some(end) = ends.get(at) {
                break end;
            }
            way.push(at);
            match schema_ref(&plain[at]).filter(|next| plain.contains_key(*next)) {
                Some(next) if way.len() <= plain.len() => at = next,
                _ => break &plain[at],
            }
        };
        let end = end.clone();
        for name in way {
            ends.insert(name.to_owned(), end.clone());
        }
    }
    ends
}

/// Whether typify would only wrap it.
fn is_plain(schema: &Value) -> bool {
    let has = |key: &str| schema.get(key).is_some();
    let object = schema["type"] == "object" && has("properties");
    !(object || has("enum") || has("allOf"))
}

fn mentions(schema: &Value, name: &str) -> bool {
    match schema {
        Value::Object(fields) => {
            schema_ref(schema) == Some(name) || fields.values().any(|below| mentions(below, name))
        }
        Value::Array(below) => below.iter().any(|below| mentions(below, name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_named_map_is_put_in_place_and_a_struct_stays() {
        super::super::expect(
            super::run,
            json!({
                "paths": {"/x": {"get": {"responses": {"2XX": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Batches"}
                }}}}}}},
                "components": {"schemas": {
                    "Batches": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Batch"}},
                    "Batch": {"type": "object", "properties": {"id": {"$ref": "#/components/schemas/Id"}}},
                    "Id": {"$ref": "#/components/schemas/Text"}, "Text": {"type": "string"}
                }}
            }),
            6,
            &json!({
                "paths": {"/x": {"get": {"responses": {"2XX": {"content": {"application/json": {
                    "schema": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Batch"}}
                }}}}}}},
                "components": {"schemas": {
                    "Batch": {"type": "object", "properties": {"id": {"type": "string"}}}
                }}
            }),
        );
    }
}
