//! Drops bounds, patterns and string formats.
//!
//! typify turns them into newtypes whose constructors fail, `NonZero` numbers and date types. On what is
//! read they refuse data that the platform did send; on what is sent the hand-written crates check with
//! better messages. They stay in the documents for checking the emulator. Two formats stay in the code: `binary`
//! is a body of bytes, and `password` becomes a type that does not print itself.

use serde_json::Value;

use crate::codegen::document::schemas_mut;

const BOUNDS: [&str; 12] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    schemas_mut(document, &mut |schema| {
        let Some(fields) = schema.as_object_mut() else {
            return;
        };
        count += BOUNDS
            .iter()
            .filter(|bound| fields.remove(**bound).is_some())
            .count();
        // a uniqueItems list would become a set, which forgets the order
        count += usize::from(fields.remove("uniqueItems").is_some());
        // the default is the server's: sending it would be different from not sending anything
        count += usize::from(fields.remove("default").is_some());
        let string = fields.get("type").is_some_and(|kind| kind == "string");
        if string
            && fields
                .get("format")
                .is_some_and(|format| format != "binary" && format != "password")
        {
            fields.remove("format");
            count += 1;
        }
    });
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn bounds_and_string_formats_go_and_number_formats_stay() {
        super::super::expect(
            super::run,
            json!({"components": {"schemas": {"A": {"type": "object", "properties": {
                "limit": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 100, "default": 20},
                "created": {"type": "string", "format": "date-time"},
                "body": {"type": "string", "format": "binary"},
                "token": {"type": "string", "format": "password"}
            }}}}}),
            4,
            &json!({"components": {"schemas": {"A": {"type": "object", "properties": {
                "limit": {"type": "integer", "format": "int64"},
                "created": {"type": "string"},
                "body": {"type": "string", "format": "binary"},
                "token": {"type": "string", "format": "password"}
            }}}}}),
        );
    }
}
