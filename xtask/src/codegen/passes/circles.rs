//! Takes a schema that consists of itself as any value.
//!
//! A list of lists of the same lists has no end that a type could name; a struct that has a list of its own kind has one,
//! and stays.

use std::collections::BTreeSet;

use serde_json::Value;

use super::any;
use crate::codegen::document::{object_mut, schema_ref};

pub(super) fn run(document: &mut Value) -> usize {
    let names: Vec<String> = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    let circles: BTreeSet<String> = names
        .into_iter()
        .filter(|name| comes_back(document, name))
        .collect();
    if let Some(components) = document.get_mut("components") {
        for (name, schema) in object_mut(components, "schemas") {
            if circles.contains(name) {
                any(schema, "made of itself");
            }
        }
    }
    circles.len()
}

/// Whether `name` leads back to itself through nothing but references, lists and maps.
fn comes_back(document: &Value, name: &str) -> bool {
    let schemas = &document["components"]["schemas"];
    let mut seen = BTreeSet::new();
    let mut next = name.to_owned();
    loop {
        let mut below = &schemas[&next];
        while schema_ref(below).is_none() {
            below = match below["type"].as_str() {
                Some("array") => &below["items"],
                Some("object") if below.get("properties").is_none() => {
                    &below["additionalProperties"]
                }
                _ => return false,
            };
        }
        let Some(target) = schema_ref(below) else {
            return false;
        };
        if target == name {
            return true;
        }
        if !seen.insert(target.to_owned()) {
            return false;
        }
        target.clone_into(&mut next);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn lists_of_themselves_go_and_trees_stay() {
        let tree = json!({"type": "object", "properties": {"children": {"$ref": "#/components/schemas/Trees"}}});
        let trees = json!({"type": "array", "items": {"$ref": "#/components/schemas/Tree"}});
        super::super::expect(
            super::run,
            json!({"components": {"schemas": {
                "A": {"type": "array", "items": {"$ref": "#/components/schemas/B"}},
                "B": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/A"}},
                "Tree": tree, "Trees": trees
            }}}),
            2,
            &json!({"components": {"schemas": {
                "A": {"x-aep-json": "made of itself"},
                "B": {"x-aep-json": "made of itself"},
                "Tree": tree, "Trees": trees
            }}}),
        );
    }
}
