//! The fields of a schema as a table; its document in the machine formats.

use aep_core::{Result, SchemaId};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const DOCUMENT: View = View {
    noun: "schemas",
    id: "$id",
    columns: &[],
};

const FIELDS: View = View {
    noun: "fields",
    id: "path",
    columns: &[
        text("field", "path"),
        text("type", "type"),
        text("required", "required"),
        text("rules", "rules"),
    ],
};

/// Shows a schema with everything it is composed of.
pub(crate) async fn show(id: &SchemaId, ctx: &Context) -> Result<Exit> {
    let schema = ctx
        .ingest()
        .await?
        .schemas()
        .get(id, aep_ingest::View::Full)
        .await?;
    show_document(&schema, ctx)
}

/// Shows the fields of a schema that is here.
pub(crate) fn show_document(schema: &Value, ctx: &Context) -> Result<Exit> {
    ctx.out.document(&DOCUMENT, schema, |out| {
        let mut rows = Vec::new();
        walk(schema, "", false, &mut rows);
        out.rows(&FIELDS, &rows)
    })?;
    Ok(Exit::Success)
}

fn walk(schema: &Value, prefix: &str, required: bool, rows: &mut Vec<Value>) {
    let (name, inner) = kind(schema);
    if !prefix.is_empty() {
        rows.push(json!({
            "path": prefix,
            "type": name,
            "required": if required { "yes" } else { "" },
            "rules": rules(schema),
        }));
    }
    let Some(inner) = inner else { return };
    let needed: Vec<&str> = inner["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (key, field) in inner["properties"].as_object().into_iter().flatten() {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        walk(field, &path, needed.contains(&key.as_str()), rows);
    }
}

/// The XDM name of a field's type, and the object to go on with.
fn kind(schema: &Value) -> (String, Option<&Value>) {
    if schema["type"] == "array" {
        let (name, inner) = kind(&schema["items"]);
        return (format!("{name}[]"), inner);
    }
    let map = schema
        .get("additionalProperties")
        .filter(|inner| inner.is_object());
    if let (Some(inner), None) = (map, schema.get("properties")) {
        let (name, inner) = kind(inner);
        return (format!("map<{name}>"), inner);
    }
    if schema.get("properties").is_some() {
        return ("object".to_owned(), Some(schema));
    }
    let named = schema["meta:xdmType"]
        .as_str()
        .or_else(|| schema["format"].as_str())
        .or_else(|| schema["type"].as_str());
    (named.unwrap_or("any").to_owned(), None)
}

fn rules(schema: &Value) -> String {
    let mut rules = Vec::new();
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values
            .iter()
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .collect();
        rules.push(format!("one of {}", values.join("|")));
    }
    for (key, label) in [
        ("pattern", "pattern"),
        ("minimum", "min"),
        ("maximum", "max"),
        ("minLength", "min length"),
        ("maxLength", "max length"),
    ] {
        match &schema[key] {
            Value::Null => {}
            Value::String(text) => rules.push(format!("{label} {text}")),
            other => rules.push(format!("{label} {other}")),
        }
    }
    rules.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_maps_and_objects_are_walked() {
        let schema = json!({"type": "object", "required": ["_id"], "properties": {
            "_id": {"type": "string", "meta:xdmType": "string"},
            "cards": {"type": "array", "items": {"type": "object", "properties": {"points": {"type": "integer", "meta:xdmType": "long"}}}},
            "prefs": {"type": "object", "additionalProperties": {"type": "string"}},
            "tier": {"type": "string", "enum": ["a", "b"]}}});
        let mut rows = Vec::new();
        walk(&schema, "", false, &mut rows);
        let shown: Vec<String> = rows
            .iter()
            .map(|row| {
                format!(
                    "{} {}",
                    row["path"].as_str().unwrap_or_default(),
                    row["type"].as_str().unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "_id string",
                "cards object[]",
                "cards.points long",
                "prefs map<string>",
                "tier string"
            ]
        );
        assert_eq!(rows[0]["required"], "yes");
        assert_eq!(rows[4]["rules"], "one of a|b");
    }
}
