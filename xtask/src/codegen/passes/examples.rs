//! Drops examples and titles.
//!
//! Examples are for people and for tests. typify would compile them into doc blocks, and an example that holds a `$ref`
//! confuses the search for used schemas. A title is what typify names a schema after that has no name of its own; it
//! takes two with one title for one, the strict one of a request for the lenient one of an answer.

use serde_json::Value;

use crate::codegen::document::{operations_mut, schemas_mut};

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    let mut drop = |value: &mut Value| {
        if let Some(fields) = value.as_object_mut() {
            count += ["example", "examples", "title"]
                .iter()
                .filter(|key| fields.remove(**key).is_some())
                .count();
        }
    };
    operations_mut(document, |_, _, operation| {
        for key in ["/parameters", "/requestBody/content", "/responses"] {
            match operation.pointer_mut(key) {
                Some(Value::Array(parameters)) => parameters.iter_mut().for_each(&mut drop),
                Some(Value::Object(entries)) => entries.values_mut().for_each(|entry| {
                    drop(entry);
                    if let Some(Value::Object(media)) = entry.get_mut("content") {
                        media.values_mut().for_each(&mut drop);
                    }
                }),
                _ => {}
            }
        }
    });
    schemas_mut(document, &mut drop);
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn examples_go_from_media_types_and_schemas() {
        super::super::expect(
            super::run,
            json!({
                "paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": {
                    "schema": {"type": "object", "title": "A", "properties": {"example": {"type": "string", "example": "a"}}},
                    "example": {"example": "a"}
                }}}}}}}
            }),
            3,
            &json!({
                "paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": {
                    "schema": {"type": "object", "properties": {"example": {"type": "string"}}}
                }}}}}}}
            }),
        );
    }
}
