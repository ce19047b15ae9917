//! Takes an enum whose values cannot be told apart as names for what it is made of.
//!
//! typify names a variant after its value, and panics where two names are the same: `,` and `;` as delimiters, `ASC` and
//! `asc`. An enum of something else than strings, or with `null` in it, is no enum of names at all.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::codegen::document::schemas_mut;

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    schemas_mut(document, &mut |schema| {
        let Some(fields) = schema.as_object_mut() else {
            return;
        };
        let Some(Value::Array(values)) = fields.get_mut("enum") else {
            return;
        };
        let before = values.len();
        values.retain(|value| !value.is_null());
        if values.len() < before {
            fields.insert("nullable".to_owned(), Value::Bool(true));
            count += 1;
        }
        let Some(Value::Array(values)) = fields.get("enum") else {
            return;
        };
        let names: BTreeSet<String> = values
            .iter()
            .filter_map(Value::as_str)
            .map(|value| heck::AsUpperCamelCase(value).to_string())
            .filter(|name| name.starts_with(|c: char| c.is_alphanumeric()))
            .collect();
        let string = fields.get("type").is_none_or(|kind| kind == "string");
        if string && !fields.contains_key("type") && values.iter().all(Value::is_string) {
            fields.insert("type".to_owned(), Value::from("string"));
            count += 1;
        }
        let Some(Value::Array(values)) = fields.get("enum") else {
            return;
        };
        if !string || values.is_empty() || names.len() < values.len() {
            fields.shift_remove("enum");
            count += 1;
        }
    });
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn values_that_make_no_names_are_strings() {
        super::super::expect(
            super::run,
            json!({"components": {"schemas": {
                "Delimiter": {"type": "string", "enum": [",", ";"]},
                "Order": {"type": "string", "enum": ["ASC", "asc"]},
                "State": {"enum": ["new", "old", null]},
                "Number": {"type": "integer", "enum": [1, 2]}
            }}}),
            5,
            &json!({"components": {"schemas": {
                "Delimiter": {"type": "string"},
                "Order": {"type": "string"},
                "State": {"enum": ["new", "old"], "nullable": true, "type": "string"},
                "Number": {"type": "integer"}
            }}}),
        );
    }
}
