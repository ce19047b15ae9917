//! Drops schemas that no operation mentions.
//!
//! Error shapes are described for people and for checking the emulator; once the errors are gone from the
//! operations, their types would only be compiled.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::codegen::document::{reachable, roots_mut};

pub(super) fn run(document: &mut Value) -> usize {
    let mut roots = Vec::new();
    roots_mut(document, |_, schema| roots.push(schema.clone()));
    let mut used = BTreeSet::new();
    for root in &roots {
        reachable(document, root, &mut used);
    }
    let schemas = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    schemas.map_or(0, |schemas| {
        let before = schemas.len();
        schemas.retain(|name, _| used.contains(name));
        before - schemas.len()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn what_is_reached_through_another_schema_stays() {
        let paths = json!({"/x": {"get": {"responses": {"2XX": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Batch"}
        }}}}}}});
        let batch = json!({"type": "object", "properties": {"errors": {"$ref": "#/components/schemas/Errors"}}});
        super::super::expect(
            super::run,
            json!({"paths": paths, "components": {"schemas": {
                "Batch": batch, "Errors": {"type": "array"}, "Problem": {"type": "object"}
            }}}),
            1,
            &json!({"paths": paths, "components": {"schemas": {"Batch": batch, "Errors": {"type": "array"}}}}),
        );
    }
}
