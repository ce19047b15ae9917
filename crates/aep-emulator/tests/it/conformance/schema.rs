//! Bodies against the schemas of a document, by a validator that is not ours.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Value, json};

/// A validator for a schema of a document. A field that the document does not name is an error, unless it says that
/// there may be others: this is how a field that only one side knows comes to light.
/// With `partial` no field is required.
pub(super) fn validator(root: &Value, schema: &Value, partial: bool) -> Validator {
    let mut whole = schema.clone();
    let mut schemas = root["components"]["schemas"].clone();
    close(&mut whole, partial);
    for schema in schemas.as_object_mut().into_iter().flatten() {
        close(schema.1, partial);
    }
    // A reference may have no siblings in old drafts, and has a place of its own here.
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [whole],
        "components": {"schemas": schemas},
    });
    jsonschema::validator_for(&whole).unwrap()
}

/// What is wrong with a body, a line for each error. For alternatives: what is wrong with the one that fits best.
pub(super) fn problems(validator: &Validator, body: &Value) -> Vec<String> {
    validator
        .iter_errors(body)
        .flat_map(|error| described(&error))
        .collect()
}

fn described(error: &ValidationError) -> Vec<String> {
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
        error.kind()
    {
        let best = context
            .iter()
            .map(|branch| branch.iter().flat_map(described).collect::<Vec<_>>())
            .min_by_key(Vec::len);
        return best.unwrap_or_default();
    }
    vec![format!(
        "at `{}`: {}",
        error.instance_path(),
        error.masked_with("the value")
    )]
}

/// From OpenAPI 3.0's dialect to JSON Schema's, and closed where nothing says otherwise.
fn close(schema: &mut Value, partial: bool) {
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    assert!(
        !map.contains_key("allOf"),
        "closing allOf is not thought of"
    );
    if map.remove("nullable") == Some(json!(true)) {
        if let Some(kind) = map.get("type").cloned() {
            map.insert("type".into(), json!([kind, "null"]));
        }
        if let Some(values) = map.get_mut("enum").and_then(Value::as_array_mut) {
            values.push(Value::Null);
        }
    }
    if partial {
        map.remove("required");
    }
    if map.contains_key("properties") && !map.contains_key("additionalProperties") {
        map.insert("additionalProperties".into(), json!(false));
    }
    for (key, value) in map.iter_mut() {
        match key.as_str() {
            "properties" => value
                .as_object_mut()
                .into_iter()
                .flatten()
                .for_each(|(_, property)| close(property, partial)),
            "items" | "additionalProperties" => close(value, partial),
            "anyOf" | "oneOf" => value
                .as_array_mut()
                .into_iter()
                .flatten()
                .for_each(|branch| close(branch, partial)),
            _ => {}
        }
    }
}
