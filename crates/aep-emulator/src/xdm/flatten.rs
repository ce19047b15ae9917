//! `$ref` and `allOf` resolved: what the registry answers for `xed-full`.

use serde_json::{Map, Value, json};

use super::names::id_of;
use crate::state::{GLOBAL, StateError, Tx, kind};

const KINDS: [&str; 5] = [
    kind::SCHEMA,
    kind::FIELDGROUP,
    kind::CLASS,
    kind::DATATYPE,
    kind::BEHAVIOR,
];

/// References deeper than this are circles.
const DEEPEST: usize = 32;

/// A registry resource of any kind, by `$id` or `meta:altId`: the sandbox's own first, then the global ones.
pub(crate) fn find(tx: &Tx<'_>, sandbox: &str, name: &str) -> Result<Option<Value>, StateError> {
    let id = id_of(name);
    for place in [sandbox, GLOBAL] {
        for kind in KINDS {
            if let Some(found) = tx.get(kind, place, &id)? {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// What kind of resource an id names.
pub(crate) fn kind_of(
    tx: &Tx<'_>,
    sandbox: &str,
    name: &str,
) -> Result<Option<&'static str>, StateError> {
    let id = id_of(name);
    for place in [sandbox, GLOBAL] {
        for kind in KINDS {
            if tx.get(kind, place, &id)?.is_some() {
                return Ok(Some(kind));
            }
        }
    }
    Ok(None)
}

/// The resource with every reference resolved below `properties`, each field with its `meta:xdmType`.
pub(crate) fn full(tx: &Tx<'_>, sandbox: &str, document: &Value) -> Result<Value, StateError> {
    let mut whole = Flattener { tx, sandbox }.node(document, document, 0)?;
    if let Some(map) = whole.as_object_mut() {
        for key in ["allOf", "definitions", "$ref"] {
            map.remove(key);
        }
    }
    type_of(&mut whole);
    Ok(whole)
}

/// Ids of everything a schema is made of, for `meta:extends`.
pub(crate) fn extends(
    tx: &Tx<'_>,
    sandbox: &str,
    document: &Value,
) -> Result<Vec<String>, StateError> {
    let mut found = Vec::new();
    let mut open: Vec<String> = references(document);
    while let Some(id) = open.pop() {
        if found.contains(&id) {
            continue;
        }
        if let Some(part) = find(tx, sandbox, &id)? {
            open.extend(references(&part));
        }
        found.push(id);
    }
    found.sort();
    Ok(found)
}

fn references(document: &Value) -> Vec<String> {
    let items = document["allOf"].as_array().into_iter().flatten();
    items
        .filter_map(|item| item["$ref"].as_str())
        .filter(|id| !id.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

struct Flattener<'a> {
    tx: &'a Tx<'a>,
    sandbox: &'a str,
}

impl Flattener<'_> {
    /// `document` is where `#/…` references of `node` point into.
    fn node(&self, node: &Value, document: &Value, depth: usize) -> Result<Value, StateError> {
        let Some(map) = node.as_object() else {
            return Ok(node.clone());
        };
        if depth > DEEPEST {
            return Ok(json!({"type": "object"}));
        }
        let mut result = Map::new();
        if let Some(id) = map.get("$ref").and_then(Value::as_str) {
            merge(&mut result, self.referred(id, document, depth)?);
        }
        for item in map
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            merge(&mut result, self.node(item, document, depth + 1)?);
        }
        let mut own = Map::new();
        for (key, value) in map {
            let value = match key.as_str() {
                "$ref" | "allOf" | "definitions" => continue,
                "properties" => {
                    let mut fields = Map::new();
                    for (name, field) in value.as_object().into_iter().flatten() {
                        fields.insert(name.clone(), self.node(field, document, depth + 1)?);
                    }
                    Value::Object(fields)
                }
                "items" | "additionalProperties" => self.node(value, document, depth + 1)?,
                _ => value.clone(),
            };
            own.insert(key.clone(), value);
        }
        merge(&mut result, Value::Object(own));
        Ok(Value::Object(result))
    }

    /// What a reference stands for: only its structure, for identity and registry data belong to the whole resource.
    fn referred(&self, id: &str, document: &Value, depth: usize) -> Result<Value, StateError> {
        if let Some(pointer) = id.strip_prefix('#') {
            let inner = document.pointer(pointer).cloned().unwrap_or_default();
            return self.node(&inner, document, depth + 1);
        }
        let (id, pointer) = id
            .split_once('#')
            .map_or((id, ""), |(id, pointer)| (id, pointer));
        let Some(other) = find(self.tx, self.sandbox, id)? else {
            return Ok(Value::Null);
        };
        let inner = other.pointer(pointer).unwrap_or(&other);
        let mut flat = self.node(inner, &other, depth + 1)?;
        if let Some(map) = flat.as_object_mut() {
            map.retain(|key, _| {
                matches!(
                    key.as_str(),
                    "type"
                        | "properties"
                        | "required"
                        | "items"
                        | "additionalProperties"
                        | "enum"
                        | "meta:enum"
                        | "format"
                        | "pattern"
                        | "minimum"
                        | "maximum"
                        | "minLength"
                        | "maxLength"
                        | "default"
                        | "meta:xdmType"
                )
            });
        }
        Ok(flat)
    }
}

/// Later parts win for single values; properties and required lists are joined.
fn merge(into: &mut Map<String, Value>, from: Value) {
    let Value::Object(from) = from else { return };
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) if key == "properties" => {
                for (name, field) in new {
                    match (old.get_mut(&name), field) {
                        (Some(Value::Object(old)), field @ Value::Object(_)) => merge(old, field),
                        (_, field) => {
                            old.insert(name, field);
                        }
                    }
                }
            }
            (Some(Value::Array(old)), Value::Array(new)) if key == "required" => {
                for name in new {
                    if !old.contains(&name) {
                        old.push(name);
                    }
                }
            }
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Writes `type` and `meta:xdmType` where the author left them out.
fn type_of(node: &mut Value) {
    let Some(map) = node.as_object_mut() else {
        return;
    };
    if !map.contains_key("type") {
        if map.contains_key("items") {
            map.insert("type".into(), json!("array"));
        } else if map.contains_key("properties") || map.contains_key("additionalProperties") {
            map.insert("type".into(), json!("object"));
        }
    }
    if !map.contains_key("meta:xdmType")
        && let Some(name) = xdm_type(map)
    {
        map.insert("meta:xdmType".into(), json!(name));
    }
    for field in map
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
    {
        type_of(field);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = map.get_mut(key) {
            type_of(inner);
        }
    }
}

fn xdm_type(map: &Map<String, Value>) -> Option<&'static str> {
    let bound = |key: &str| map.get(key).and_then(Value::as_f64).map(f64::abs);
    Some(match map.get("type")?.as_str()? {
        "string" => match map.get("format").and_then(Value::as_str) {
            Some("date") => "date",
            Some("date-time") => "date-time",
            _ => "string",
        },
        "integer" => match (bound("minimum"), bound("maximum")) {
            (Some(low), Some(high)) if low <= 128.0 && high <= 128.0 && low > 0.0 => "byte",
            (Some(low), Some(high)) if low <= 32_768.0 && high <= 32_768.0 && low > 0.0 => "short",
            (_, Some(high)) if high > 2_147_483_648.0 => "long",
            (Some(low), _) if low > 2_147_483_648.0 => "long",
            _ => "int",
        },
        "number" => "number",
        "boolean" => "boolean",
        "array" => "array",
        "object"
            if map
                .get("additionalProperties")
                .is_some_and(Value::is_object)
                && !map.contains_key("properties") =>
        {
            "map"
        }
        "object" => "object",
        _ => return None,
    })
}
