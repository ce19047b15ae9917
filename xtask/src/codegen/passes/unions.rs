//! Makes one schema of `allOf`, `oneOf` and `anyOf`.
//!
//! typify makes an untagged enum of a union. It picks the first arm that fits, which among shapes whose fields are all
//! optional is the first arm, always. A struct with the fields of every arm takes each of them, and loses nothing. Of
//! `allOf` typify makes a struct as well, but overflows the stack, or gives up, where arms contradict each other. Arms
//! that have nothing in common become any JSON value.

use serde_json::Value;

use crate::codegen::document::schemas_mut;
use crate::codegen::merge::Merger;

pub(super) fn run(document: &mut Value) -> usize {
    let original = document.clone();
    let mut merger = Merger::new(&original);
    let mut count = 0;
    schemas_mut(document, &mut |schema| {
        // what was merged may be a reference that has to stay nullable: `allOf` of one arm says so
        let composed = |schema: &Value| {
            let nullable = schema["nullable"] == true
                && schema["allOf"]
                    .as_array()
                    .is_some_and(|arms| arms.len() == 1 && arms[0].get("$ref").is_some())
                && schema.as_object().is_some_and(|fields| fields.len() == 2);
            !nullable
                && ["allOf", "oneOf", "anyOf"]
                    .iter()
                    .any(|key| schema.get(key).is_some())
        };
        if composed(schema) {
            *schema = merger.flat(schema);
            count += 1;
        }
    });
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn arms_are_merged_and_a_single_one_is_unwrapped() {
        let b = json!({"type": "object", "properties": {"id": {"type": "string"}}});
        super::super::expect(
            super::run,
            json!({"components": {"schemas": {"A": {"type": "object", "properties": {
                "either": {"description": "one or the other", "oneOf": [{"type": "string"}, {"type": "boolean"}]},
                "one": {"description": "a batch", "allOf": [{"$ref": "#/components/schemas/B"}]},
                "none": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/B"}]},
                "both": {"oneOf": [{"$ref": "#/components/schemas/B"},
                    {"type": "object", "properties": {"name": {"type": "string"}}}]}
            }}, "B": b}}}),
            3,
            &json!({"components": {"schemas": {"A": {"type": "object", "properties": {
                "either": {"x-aep-json": "several types", "description": "one or the other"},
                "one": {"$ref": "#/components/schemas/B"},
                "none": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/B"}]},
                "both": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
            }}, "B": b}}}),
        );
    }
}
