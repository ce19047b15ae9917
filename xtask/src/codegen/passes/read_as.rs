//! Gives a value the type that it means, where the wire has another one.
//!
//! Data Access sends lengths and times as text. The document says `type: string`, which is what a server has
//! to send, and `x-aep-read-as: integer`, which is what a program wants: the generated code reads numbers
//! from strings anyhow. Only for what is read; what is sent goes out as its type says.

use serde_json::Value;

use crate::codegen::document::schemas_mut;

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    schemas_mut(document, &mut |schema| {
        if let Some(fields) = schema.as_object_mut()
            && let Some(kind) = fields.remove("x-aep-read-as")
        {
            fields.insert("type".to_owned(), kind);
            fields.remove("pattern");
            count += 1;
        }
    });
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_length_in_text_is_a_number() {
        super::super::expect(
            super::run,
            json!({"components": {"schemas": {"File": {"type": "object", "properties": {
                "name": {"type": "string"},
                "length": {"type": "string", "pattern": "^[0-9]+$", "x-aep-read-as": "integer"}
            }}}}}),
            1,
            &json!({"components": {"schemas": {"File": {"type": "object", "properties": {
                "name": {"type": "string"},
                "length": {"type": "integer"}
            }}}}}),
        );
    }
}
