//! One schema out of several: what `allOf`, `oneOf` and `anyOf` come down to.
//!
//! A struct that has the fields of every arm takes each of them without loss, because what a document does not know is
//! kept anyhow. Arms that have nothing in common become any value.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::document::{resolve, size};
use super::passes::{JSON, any};

/// How the arms belong together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// A value is all of them.
    All,
    /// A value is one of them.
    One,
}

/// How deep compositions may lie in each other. What goes deeper is any value.
const DEPTH: usize = 24;

/// How many values may be looked at for one document. Compositions of compositions would take for ever; where this ends
/// is any value as well.
const WORK: usize = 5_000_000;

/// Makes one schema out of several.
pub(crate) struct Merger<'a> {
    document: &'a Value,
    left: usize,
}

impl<'a> Merger<'a> {
    /// For the schemas of `document`.
    pub(crate) fn new(document: &'a Value) -> Self {
        Self {
            document,
            left: WORK,
        }
    }

    /// `schema` without `allOf`, `oneOf` and `anyOf` at its top.
    pub(crate) fn flat(&mut self, schema: &Value) -> Value {
        self.flatten(schema, 0)
    }

    fn flatten(&mut self, schema: &Value, depth: usize) -> Value {
        let (how, key) = match schema.as_object() {
            Some(fields) if fields.contains_key("allOf") => (How::All, "allOf"),
            Some(fields) if fields.contains_key("oneOf") => (How::One, "oneOf"),
            Some(fields) if fields.contains_key("anyOf") => (How::One, "anyOf"),
            _ => return schema.clone(),
        };
        let mut rest = schema.clone();
        let mut arms = Vec::new();
        if let Some(fields) = rest.as_object_mut() {
            if let Some(Value::Array(listed)) = fields.shift_remove(key) {
                arms = listed;
            }
            fields.shift_remove("discriminator");
        }
        // one of the arms is any value already
        if how == How::One && arms.iter().any(|arm| arm.get(JSON).is_some()) {
            any(&mut rest, "several types");
            return rest;
        }
        let mut arms = arms.into_iter().filter(|arm| !is_vague(arm));
        let mut merged = arms.next().unwrap_or_else(|| json!({}));
        for arm in arms {
            merged = self.combine(&merged, &arm, how, depth + 1);
        }
        // another composition beside this one
        if ["oneOf", "anyOf"].iter().any(|key| rest.get(key).is_some()) {
            rest = self.flatten(&rest, depth + 1);
        }
        let mut whole = if is_vague(&rest) {
            merged
        } else {
            self.combine(&merged, &rest, How::All, depth + 1)
        };
        for key in ["description", "nullable", "x-aep-read-as"] {
            if let (Some(value), Some(fields)) = (schema.get(key), whole.as_object_mut())
                && !fields.contains_key("$ref")
            {
                fields.insert(key.to_owned(), value.clone());
            }
        }
        if schema["nullable"] == true && whole.get("$ref").is_some() {
            whole = json!({"allOf": [whole], "nullable": true});
        }
        whole
    }

    fn combine(&mut self, one: &Value, other: &Value, how: How, depth: usize) -> Value {
        if one == other || (is_vague(other) && how == How::All) {
            return one.clone();
        }
        if is_vague(one) && how == How::All {
            return other.clone();
        }
        self.left = self.left.saturating_sub(size(one).0 + size(other).0);
        if depth > DEPTH || self.left == 0 {
            return anything("too deep");
        }
        let (one, other) = (self.plain(one, depth), self.plain(other, depth));
        match (kind(&one), kind(&other)) {
            ("object", "object") => self.object(&one, &other, how, depth),
            ("array", "array") => {
                let items = self.combine(&one["items"], &other["items"], how, depth + 1);
                json!({"type": "array", "items": items})
            }
            (kind, same) if kind == same && !kind.is_empty() => scalar(&one, &other, how),
            ("integer", "number") | ("number", "integer") => json!({"type": "number"}),
            _ => anything("several types"),
        }
    }

    /// What a reference points at, without compositions at its top: one of a single arm may be a reference again.
    fn plain(&mut self, schema: &Value, depth: usize) -> Value {
        let mut schema = schema.clone();
        for _ in 0..DEPTH {
            let target = schema
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| resolve(self.document, target));
            if let Some(target) = target {
                schema = target.clone();
                continue;
            }
            schema = self.flatten(&schema, depth + 1);
            if schema.get("$ref").is_none() {
                break;
            }
        }
        schema
    }

    fn object(&mut self, one: &Value, other: &Value, how: How, depth: usize) -> Value {
        let mut merged = one.clone();
        let Some(fields) = merged.as_object_mut() else {
            return merged;
        };
        fields.insert("type".to_owned(), Value::from("object"));
        let mut properties = one["properties"].as_object().cloned().unwrap_or_default();
        for (name, schema) in other["properties"].as_object().into_iter().flatten() {
            let schema = match properties.get(name) {
                Some(known) => self.combine(known, schema, how, depth + 1),
                None => schema.clone(),
            };
            properties.insert(name.clone(), schema);
        }
        if !properties.is_empty() {
            fields.insert("properties".to_owned(), Value::Object(properties));
        }
        let required = required(one, other, how);
        fields.shift_remove("required");
        if !required.is_empty() {
            fields.insert("required".to_owned(), Value::Array(required));
        }
        let maps = |schema: &Value| {
            schema
                .get("additionalProperties")
                .filter(|more| more.is_object())
                .cloned()
        };
        match (maps(one), maps(other)) {
            (Some(same), Some(more)) if same == more => {}
            (None, None) => {
                fields.shift_remove("additionalProperties");
            }
            _ => {
                fields.insert("additionalProperties".to_owned(), json!({}));
            }
        }
        merged
    }
}

/// Whether a schema says nothing about the shape of a value.
fn is_vague(schema: &Value) -> bool {
    const SHAPES: [&str; 9] = [
        "$ref",
        "type",
        "properties",
        "items",
        "enum",
        "allOf",
        "oneOf",
        "anyOf",
        "required",
    ];
    let object = schema["type"] == "object"
        && !["properties", "additionalProperties", "required"]
            .iter()
            .any(|key| schema.get(key).is_some());
    object || !SHAPES.iter().any(|key| schema.get(key).is_some())
}

/// The names of the fields that have to be there.
fn required(one: &Value, other: &Value, how: How) -> Vec<Value> {
    let list = |schema: &Value| schema["required"].as_array().cloned().unwrap_or_default();
    let (mut names, more) = (list(one), list(other));
    let known = |names: &[Value]| names.iter().map(Value::to_string).collect::<BTreeSet<_>>();
    match how {
        How::All => {
            let known = known(&names);
            names.extend(
                more.into_iter()
                    .filter(|name| !known.contains(&name.to_string())),
            );
        }
        How::One => {
            let known = known(&more);
            names.retain(|name| known.contains(&name.to_string()));
        }
    }
    names
}

fn anything(why: &str) -> Value {
    let mut value = json!({});
    any(&mut value, why);
    value
}

fn kind(schema: &Value) -> &str {
    match schema["type"].as_str() {
        Some(kind) => kind,
        None if schema.get("properties").is_some() || schema.get("required").is_some() => "object",
        None => "",
    }
}

fn scalar(one: &Value, other: &Value, how: How) -> Value {
    let mut merged = Map::from_iter([("type".to_owned(), one["type"].clone())]);
    if one["format"] == other["format"]
        && let Some(format) = one.get("format")
    {
        merged.insert("format".to_owned(), format.clone());
    }
    let values = |schema: &Value| schema["enum"].as_array().cloned();
    match (values(one), values(other), how) {
        (Some(mut all), Some(more), How::One) => {
            let mut known: BTreeSet<String> = all.iter().map(Value::to_string).collect();
            all.extend(
                more.into_iter()
                    .filter(|value| known.insert(value.to_string())),
            );
            merged.insert("enum".to_owned(), Value::Array(all));
        }
        (Some(values), _, How::All) | (None, Some(values), How::All) => {
            merged.insert("enum".to_owned(), Value::Array(values));
        }
        _ => {}
    }
    Value::Object(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(document: &Value, schema: &Value) -> Value {
        Merger::new(document).flat(schema)
    }

    fn document() -> Value {
        json!({"components": {"schemas": {
            "Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            "Flow": {"allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
            ]}
        }}})
    }

    #[test]
    fn all_of_has_every_field_and_every_need() {
        let document = document();
        assert_eq!(
            flat(&document, &document["components"]["schemas"]["Flow"]),
            json!({"type": "object",
                "properties": {"id": {"type": "string"}, "name": {"type": "string"}}, "required": ["id", "name"]})
        );
    }

    #[test]
    fn a_reference_behind_a_single_arm_is_followed() {
        let mut document = document();
        let schemas = &mut document["components"]["schemas"];
        schemas["Same"] = json!({"allOf": [{"$ref": "#/components/schemas/Base"}]});
        schemas["Again"] = json!({"allOf": [{"$ref": "#/components/schemas/Same"}]});
        let schema = json!({"allOf": [{"$ref": "#/components/schemas/Again"},
            {"type": "object", "properties": {"name": {"type": "string"}}}]});
        assert_eq!(
            flat(&document, &schema),
            json!({"type": "object", "required": ["id"],
                "properties": {"id": {"type": "string"}, "name": {"type": "string"}}})
        );
    }

    #[test]
    fn one_of_needs_only_what_all_arms_need() {
        let schema = json!({"oneOf": [
            {"$ref": "#/components/schemas/Flow"},
            {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "list": {"type": "array"}}}
        ], "discriminator": {"propertyName": "id"}});
        assert_eq!(
            flat(&document(), &schema),
            json!({"type": "object", "properties": {
                "id": {"x-aep-json": "several types"}, "name": {"type": "string"}, "list": {"type": "array"}
            }, "required": ["id"]})
        );
    }

    #[test]
    fn arms_without_anything_in_common_are_any_value() {
        let schema = json!({"description": "d", "anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Base"}]});
        assert_eq!(
            flat(&document(), &schema),
            json!({"x-aep-json": "several types", "description": "d"})
        );
        let schema = json!({"oneOf": [{"type": "array", "items": {}}, {"x-aep-json": "raw"}]});
        assert_eq!(
            flat(&document(), &schema),
            json!({"x-aep-json": "several types"})
        );
        let schema = json!({"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}]});
        assert_eq!(
            flat(&document(), &schema),
            json!({"type": "string", "enum": ["a", "b"]})
        );
    }

    #[test]
    fn compositions_of_compositions_come_to_an_end() {
        let mut schemas = serde_json::Map::new();
        for level in 0..24 {
            let below: Vec<Value> = (0..8)
                .map(|arm| json!({"$ref": format!("#/components/schemas/L{}A{arm}", level + 1)}))
                .collect();
            for arm in 0..8 {
                let own =
                    json!({"type": "object", "properties": {format!("p{arm}"): {"oneOf": below}}});
                let mut arms = below.clone();
                arms.push(own);
                schemas.insert(format!("L{level}A{arm}"), json!({"allOf": arms}));
            }
        }
        let document = json!({"components": {"schemas": schemas}});
        let found = flat(&document, &document["components"]["schemas"]["L0A0"]);
        assert!(found.to_string().contains("too deep"));
    }

    #[test]
    fn an_arm_that_only_describes_is_none() {
        let schema =
            json!({"allOf": [{"$ref": "#/components/schemas/Base"}, {"description": "the base"}]});
        assert_eq!(
            flat(&document(), &schema),
            json!({"$ref": "#/components/schemas/Base"})
        );
    }
}
