//! Gives a schema that is referred to in the middle of something a name of its own.
//!
//! A reference may lead anywhere: to a property of another schema, to the body of an operation. typify knows named schemas
//! only. What is referred to is copied among them, under a name made of its place.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::codegen::document::{object_mut, resolve, schema_ref, walk_schema};

pub(super) fn run(document: &mut Value) -> usize {
    let original = document.clone();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut left: Vec<(String, Value)> = Vec::new();
    let mut count = 0;
    let mut point = |schema: &mut Value, left: &mut Vec<(String, Value)>| {
        let Some(target) = schema.get("$ref").and_then(Value::as_str) else {
            return;
        };
        let Some(found) = resolve(&original, target).filter(|_| !is_named(&original, schema))
        else {
            return;
        };
        let name = names.entry(target.to_owned()).or_insert_with(|| {
            let mut name = name_of(target);
            let taken = |name: &String| {
                original["components"]["schemas"].get(name).is_some()
                    || left.iter().any(|(other, _)| other == name)
            };
            while taken(&name) {
                name.push('_');
            }
            left.push((name.clone(), found.clone()));
            name
        });
        schema["$ref"] = Value::from(format!("#/components/schemas/{name}"));
        count += 1;
    };
    visit(document, &mut |schema| point(schema, &mut left));
    // what is copied may refer to further places
    let mut at = 0;
    while at < left.len() {
        let mut schema = std::mem::take(&mut left[at].1);
        walk_schema(&mut schema, &mut |schema| point(schema, &mut left));
        left[at].1 = schema;
        at += 1;
    }
    for (name, schema) in left {
        document["components"]["schemas"][name] = schema;
    }
    count
}

/// Whether the reference is to a named schema.
pub(crate) fn is_named(document: &Value, reference: &Value) -> bool {
    schema_ref(reference).is_some_and(|name| document["components"]["schemas"].get(name).is_some())
}

/// Calls `change` with every schema, wherever it stands.
fn visit(document: &mut Value, change: &mut impl FnMut(&mut Value)) {
    for (key, below) in document.as_object_mut().into_iter().flatten() {
        if key == "components" {
            for (_, schema) in object_mut(below, "schemas") {
                walk_schema(schema, change);
            }
        }
        holders(below, change);
    }
}

/// The schemas of what is no schema.
fn holders(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(fields) => {
            for (key, below) in fields {
                match key.as_str() {
                    "schema" => walk_schema(below, change),
                    "schemas" | "example" | "examples" => {}
                    _ => holders(below, change),
                }
            }
        }
        Value::Array(elements) => {
            for below in elements {
                holders(below, change);
            }
        }
        _ => {}
    }
}

/// `ToyParts` of `#/components/schemas/Toy/properties/parts`.
fn name_of(target: &str) -> String {
    const FRAME: [&str; 7] = [
        "#",
        "components",
        "schemas",
        "properties",
        "paths",
        "content",
        "schema",
    ];
    let words: String = target
        .split('/')
        .filter(|token| !FRAME.contains(token))
        .map(|token| {
            heck::AsUpperCamelCase(token.replace("~1", " ").replace("~0", " ")).to_string()
        })
        .collect();
    if words.starts_with(|c: char| c.is_alphabetic()) {
        words
    } else {
        format!("At{words}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn what_has_no_name_gets_one() {
        let parts = json!({"type": "array", "items": {"$ref": "#/paths/~1x/get/responses/200/content/a~1b/schema"}});
        let answer = |target: &str| {
            json!({"/x": {"get": {"responses": {"200": {"content": {"a/b": {
                "schema": {"type": "object", "properties": {"p": {"$ref": target}}}
            }}}}}}})
        };
        super::super::expect(
            super::run,
            json!({
                "paths": answer("#/components/schemas/Toy/properties/parts"),
                "components": {"schemas": {"Toy": {"type": "object", "properties": {"parts": parts}}, "ToyParts": {}}}
            }),
            4,
            &json!({
                "paths": answer("#/components/schemas/ToyParts_"),
                "components": {"schemas": {
                    "Toy": {"type": "object", "properties": {"parts": {
                        "type": "array", "items": {"$ref": "#/components/schemas/XGetResponses200AB"}
                    }}},
                    "ToyParts": {},
                    "ToyParts_": {"type": "array", "items": {"$ref": "#/components/schemas/XGetResponses200AB"}},
                    "XGetResponses200AB": {"type": "object", "properties": {"p": {"$ref": "#/components/schemas/ToyParts_"}}}
                }}
            }),
        );
    }
}
