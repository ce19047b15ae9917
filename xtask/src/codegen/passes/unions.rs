//! Takes `oneOf` and `anyOf` as any JSON value, and unwraps an `allOf` with a single arm.
//!
//! typify makes an untagged enum of a union. It picks the first arm that fits, which among shapes whose
//! fields are all optional is the first arm, always. An `allOf` of one arm is only there to hang a
//! description on a reference; typify would make a type of its own for it.

use serde_json::{Map, Value};

use crate::codegen::document::schemas_mut;

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    schemas_mut(document, &mut |schema| {
        let Some(fields) = schema.as_object_mut() else {
            return;
        };
        if fields.contains_key("oneOf") || fields.contains_key("anyOf") {
            let description = fields.remove("description");
            *schema = Value::Object(Map::from_iter(
                description.map(|text| ("description".to_owned(), text)),
            ));
            count += 1;
        } else if let Some([arm]) = fields
            .get("allOf")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        {
            *schema = arm.clone();
            count += 1;
        }
    });
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_union_is_any_value_and_a_single_arm_is_unwrapped() {
        super::super::expect(
            super::run,
            json!({"components": {"schemas": {"A": {"type": "object", "properties": {
                "either": {"description": "one or the other", "oneOf": [{"type": "string"}, {"type": "number"}]},
                "one": {"description": "a batch", "allOf": [{"$ref": "#/components/schemas/B"}]}
            }}}}}),
            2,
            &json!({"components": {"schemas": {"A": {"type": "object", "properties": {
                "either": {"description": "one or the other"},
                "one": {"$ref": "#/components/schemas/B"}
            }}}}}),
        );
    }
}
