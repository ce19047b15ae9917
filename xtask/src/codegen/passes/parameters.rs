//! Makes parameters what progenitor sends rightly.
//!
//! - A list of one name after the other (`explode: false`) is one value with commas; progenitor repeats the key whatever
//!   the document says, which a service that expects the other form reads as its last element. It becomes a string.
//! - A path parameter is required, whether or not the document remembers to say so.
//! - A parameter that is described by a media type has the schema of that media type; one without a schema is a string.
//! - The same parameter twice, in the path item and in the operation, is the operation's.
//! - An object or anything else that has no form in an address is a string.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::codegen::document::{METHODS, object_mut, resolve};

pub(super) fn run(document: &mut Value) -> usize {
    let original = document.clone();
    let mut count = 0;
    for (_, item) in object_mut(document, "paths") {
        let mut overridden = BTreeSet::new();
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                count += list(operation, &original, &mut overridden);
            }
        }
        count += list(item, &original, &mut BTreeSet::new());
        count += shared(item, &overridden);
    }
    count
}

/// Where a parameter goes and what it is called there.
type Name = (String, String);

fn name(parameter: &Value) -> Name {
    let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
    (text("in"), text("name"))
}

fn list(holder: &mut Value, document: &Value, seen: &mut BTreeSet<Name>) -> usize {
    let Some(parameters) = holder.get_mut("parameters").and_then(Value::as_array_mut) else {
        return 0;
    };
    let mut count = 0;
    let mut own = BTreeSet::new();
    parameters.retain(|parameter| {
        let new = own.insert(name(parameter));
        count += usize::from(!new);
        new
    });
    seen.extend(own);
    for parameter in parameters {
        count += mend(parameter, document);
    }
    count
}

/// Moves what an operation has of its own out of the parameters that all operations of the path share.
fn shared(item: &mut Value, overridden: &BTreeSet<Name>) -> usize {
    let Some(fields) = item.as_object_mut() else {
        return 0;
    };
    let Some(Value::Array(shared)) = fields.get("parameters").cloned() else {
        return 0;
    };
    let (moved, kept): (Vec<_>, Vec<_>) = shared
        .into_iter()
        .partition(|parameter| overridden.contains(&name(parameter)));
    if moved.is_empty() {
        return 0;
    }
    for (method, operation) in fields.iter_mut() {
        if !METHODS.contains(&method.as_str()) {
            continue;
        }
        let mut own = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let missing: Vec<_> = moved
            .iter()
            .filter(|parameter| !own.iter().any(|known| name(known) == name(parameter)))
            .cloned()
            .collect();
        own.splice(0..0, missing);
        if let Some(operation) = operation.as_object_mut() {
            operation.insert("parameters".to_owned(), Value::Array(own));
        }
    }
    fields.insert("parameters".to_owned(), Value::Array(kept));
    moved.len()
}

fn mend(parameter: &mut Value, document: &Value) -> usize {
    let mut count = 0;
    let Some(fields) = parameter.as_object_mut() else {
        return 0;
    };
    if fields.get("in").is_some_and(|place| place == "path")
        && fields.get("required") != Some(&json!(true))
    {
        fields.insert("required".to_owned(), Value::Bool(true));
        count += 1;
    }
    if let Some(content) = fields.shift_remove("content") {
        let media = content
            .as_object()
            .and_then(|content| content.values().next());
        let schema = media.and_then(|media| media.get("schema")).cloned();
        fields.insert(
            "schema".to_owned(),
            schema.unwrap_or_else(|| json!({"type": "string"})),
        );
        count += 1;
    }
    // the form is that of the schema now; progenitor knows no other
    let exploded = fields.get("explode").and_then(Value::as_bool);
    let style = fields
        .get("style")
        .and_then(Value::as_str)
        .unwrap_or("form")
        .to_owned();
    fields.shift_remove("explode");
    fields.shift_remove("style");
    let place = fields.get("in").and_then(Value::as_str).unwrap_or_default();
    let schema = fields.get("schema").cloned().unwrap_or_default();
    let target = schema["$ref"]
        .as_str()
        .and_then(|target| resolve(document, target));
    let kind = target.unwrap_or(&schema)["type"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let one_value = match kind.as_str() {
        "array" => place != "query" || exploded == Some(false) || style != "form",
        "string" | "integer" | "number" | "boolean" => false,
        _ => true,
    };
    if one_value {
        let mut string = json!({"type": "string"});
        if let Some(text) = schema.get("description") {
            string["description"] = text.clone();
        }
        fields.insert("schema".to_owned(), string);
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn lists_of_one_value_are_strings_and_path_parameters_are_required() {
        let ids = json!({"type": "array", "items": {"type": "string"}});
        super::super::expect(
            super::run,
            json!({"paths": {"/x/{id}": {
                "parameters": [
                    {"name": "id", "in": "path", "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}}
                ],
                "get": {"parameters": [
                    {"name": "ids", "in": "query", "explode": false, "schema": ids},
                    {"name": "tags", "in": "query", "schema": ids},
                    {"name": "limit", "in": "query", "schema": {"type": "string"}},
                    {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}}
                ]},
                "put": {}
            }}}),
            5,
            &json!({"paths": {"/x/{id}": {
                "parameters": [{"name": "id", "in": "path", "schema": {"type": "string"}, "required": true}],
                "get": {"parameters": [
                    {"name": "ids", "in": "query", "schema": {"type": "string"}},
                    {"name": "tags", "in": "query", "schema": ids},
                    {"name": "limit", "in": "query", "schema": {"type": "string"}},
                    {"name": "filter", "in": "query", "schema": {"type": "string"}}
                ]},
                "put": {"parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}]}
            }}}),
        );
    }
}
