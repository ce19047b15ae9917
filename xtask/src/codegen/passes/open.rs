//! Keeps the fields that a document does not know, in what is read and in what is sent.
//!
//! With `additionalProperties: {}` typify adds a map that takes the rest, so that an answer can be shown
//! whole and a new request field can be sent before we know its name. `true` would say the same in
//! OpenAPI, but typify takes it for the default and adds nothing.

use serde_json::{Map, Value};

use crate::codegen::document::schemas_mut;

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    schemas_mut(document, &mut |schema| {
        let Some(fields) = schema.as_object_mut() else {
            return;
        };
        let closed = fields
            .get("additionalProperties")
            .is_some_and(|more| *more != true);
        if fields.contains_key("properties") && !closed {
            fields.insert("additionalProperties".to_owned(), Value::Object(Map::new()));
            count += 1;
        }
    });
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn open_objects_keep_what_they_do_not_know() {
        super::super::expect(
            super::run,
            json!({"components": {"schemas": {
                "A": {"type": "object", "properties": {"id": {"type": "string"}}},
                "B": {"type": "object", "additionalProperties": false, "properties": {}},
                "C": {"type": "object", "additionalProperties": {"type": "string"}}
            }}}),
            1,
            &json!({"components": {"schemas": {
                "A": {"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": {}},
                "B": {"type": "object", "additionalProperties": false, "properties": {}},
                "C": {"type": "object", "additionalProperties": {"type": "string"}}
            }}}),
        );
    }
}
