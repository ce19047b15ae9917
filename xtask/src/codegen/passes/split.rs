//! Gives a request its own copy of a schema that answers use as well.
//!
//! What is read is loosened, so that a missing field does not break an answer; what is sent has to stay exact. Where
//! both use one schema, and it asks for something, the request gets a copy: `FlowBody` beside `Flow`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lenient::answers;
use crate::codegen::document::{Place, reachable, roots_mut, schema_ref, walk_schema};

pub(super) fn run(document: &mut Value) -> usize {
    let read = answers(document);
    let mut roots = Vec::new();
    roots_mut(document, |place, schema| {
        if place == Place::Request {
            roots.push(schema.clone());
        }
    });
    let mut sent = BTreeSet::new();
    for root in &roots {
        reachable(document, root, &mut sent);
    }
    let exact = exact(document, &read);
    let mut names = BTreeMap::new();
    for name in sent.intersection(&exact) {
        let taken = |name: &str| document["components"]["schemas"].get(name).is_some();
        let mut copy = format!("{name}Body");
        while taken(&copy) {
            copy.push('_');
        }
        names.insert(name.clone(), copy);
    }
    let rename = |schema: &mut Value| {
        if let Some(copy) = schema_ref(schema).and_then(|name| names.get(name)) {
            schema["$ref"] = Value::from(format!("#/components/schemas/{copy}"));
        }
    };
    roots_mut(document, |place, schema| {
        if place == Place::Request {
            walk_schema(schema, &mut { rename });
        }
    });
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return 0;
    };
    for (name, copy) in &names {
        let mut schema = schemas[name].clone();
        walk_schema(&mut schema, &mut { rename });
        schemas.insert(copy.clone(), schema);
    }
    // what only requests use leads to the copies from now on
    for (name, schema) in schemas.iter_mut() {
        if sent.contains(name) && !read.contains(name) {
            walk_schema(schema, &mut { rename });
        }
    }
    names.len()
}

/// Those of `read` that ask for something, or lead to one that does.
fn exact(document: &Value, read: &BTreeSet<String>) -> BTreeSet<String> {
    let schemas = &document["components"]["schemas"];
    let mut users: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    let mut left = Vec::new();
    for name in read {
        walk_schema(&mut schemas[name].clone(), &mut |schema| {
            if let Some(target) = schema_ref(schema) {
                users.entry(target.to_owned()).or_default().push(name);
            }
        });
        if is_exact(&schemas[name]) {
            left.push(name);
        }
    }
    let mut found = BTreeSet::new();
    while let Some(name) = left.pop() {
        if found.insert(name.clone()) {
            left.extend(users.get(name).into_iter().flatten());
        }
    }
    found
}

/// Whether a schema, down to the next reference, asks for anything that reading lets go.
fn is_exact(schema: &Value) -> bool {
    let mut found = false;
    walk_schema(&mut schema.clone(), &mut |schema| {
        found |= ["required", "enum"]
            .iter()
            .any(|key| schema.get(key).is_some());
    });
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn content(name: &str) -> Value {
        json!({"content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}})
    }

    #[test]
    fn a_request_gets_its_own_copy_of_what_is_exact() {
        let flow = json!({"type": "object", "properties": {"spec": {"$ref": "#/components/schemas/Spec"}}});
        let spec =
            json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}});
        let link = json!({"type": "object", "properties": {"href": {"type": "string"}}});
        super::super::expect(
            super::run,
            json!({
                "paths": {"/x": {"post": {"requestBody": content("New"), "responses": {"2XX": content("Flow")}}}},
                "components": {"schemas": {
                    "New": {"type": "object", "properties": {
                        "flow": {"$ref": "#/components/schemas/Flow"}, "link": {"$ref": "#/components/schemas/Link"}
                    }},
                    "Flow": flow, "Spec": spec, "Link": link
                }}
            }),
            2,
            &json!({
                "paths": {"/x": {"post": {"requestBody": content("New"), "responses": {"2XX": content("Flow")}}}},
                "components": {"schemas": {
                    "New": {"type": "object", "properties": {
                        "flow": {"$ref": "#/components/schemas/FlowBody"}, "link": {"$ref": "#/components/schemas/Link"}
                    }},
                    "Flow": flow, "Spec": spec, "Link": link,
                    "FlowBody": {"type": "object", "properties": {"spec": {"$ref": "#/components/schemas/SpecBody"}}},
                    "SpecBody": spec
                }}
            }),
        );
    }
}
