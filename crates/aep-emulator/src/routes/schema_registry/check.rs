//! What a tenant's resource must be like before the registry takes it.

use serde_json::{Map, Value};

use super::{CLASS, DATATYPE, FIELDGROUP, Noun, SCHEMA};
use crate::problem::{Problem, registry};
use crate::seed::TENANT;
use crate::state::{Tx, kind};
use crate::xdm;

const INVALID: &str = "Invalid resource";

/// Types of the registry's fields.
const TYPES: [&str; 6] = ["string", "number", "integer", "boolean", "array", "object"];
const XDM_TYPES: [&str; 13] = [
    "string",
    "number",
    "long",
    "int",
    "integer",
    "short",
    "byte",
    "boolean",
    "date",
    "date-time",
    "array",
    "object",
    "map",
];

/// Checks a resource that is about to be written; `own` is its id.
pub(super) fn checked(
    tx: &Tx<'_>,
    sandbox: &str,
    noun: Noun,
    own: &str,
    document: &Value,
) -> Result<(), Problem> {
    if !document.is_object() {
        return Err(refused("the body must be an object"));
    }
    let title = document["title"]
        .as_str()
        .map(str::trim)
        .filter(|title| !title.is_empty());
    let Some(title) = title else {
        return Err(refused("title is required"));
    };
    // The published Python client leaves it out.
    if !document["type"].is_null() && document["type"] != "object" {
        return Err(refused("type must be object"));
    }
    if !matches!(document["description"], Value::Null | Value::String(_)) {
        return Err(refused("description must be a text"));
    }
    unique_title(tx, sandbox, own, title)?;
    let references = references(tx, sandbox, document)?;
    match noun.kind {
        kind::SCHEMA => schema(document, &references)?,
        kind::CLASS => class(&references)?,
        kind::FIELDGROUP => field_group(tx, sandbox, document)?,
        _ => {}
    }
    if noun.kind != kind::DATATYPE {
        below_the_tenant(document)?;
    }
    if let Some(definitions) = document["definitions"].as_object() {
        definitions
            .values()
            .try_for_each(|node| fields(tx, sandbox, node, ""))?;
    }
    fields(tx, sandbox, document, "")
}

fn refused(detail: &str) -> Problem {
    registry::coded("XDM-1000-400", INVALID, detail)
}

/// Titles are unique across all kinds of a tenant's resources.
fn unique_title(tx: &Tx<'_>, sandbox: &str, own: &str, title: &str) -> Result<(), Problem> {
    for noun in [SCHEMA, FIELDGROUP, CLASS, DATATYPE] {
        for (id, other) in tx.entries(noun.kind, sandbox, None)? {
            if id != own && other["title"].as_str().map(str::trim) == Some(title) {
                let detail = format!(
                    "the title {title} is already used by the {} {id}",
                    noun.name
                );
                return Err(registry::coded("XDM-1521-400", "Title not unique", &detail));
            }
        }
    }
    Ok(())
}

/// The kinds of what `allOf` refers to outside the document, each of which must exist.
fn references(
    tx: &Tx<'_>,
    sandbox: &str,
    document: &Value,
) -> Result<Vec<(String, &'static str)>, Problem> {
    let mut found = Vec::new();
    for item in document["allOf"].as_array().into_iter().flatten() {
        let Some(id) = item["$ref"].as_str() else {
            continue;
        };
        if let Some(pointer) = id.strip_prefix('#') {
            if document.pointer(pointer).is_none() {
                return Err(refused(&format!(
                    "allOf refers to {id}, which is not in the document"
                )));
            }
            continue;
        }
        let kind = xdm::kind_of(tx, sandbox, id)?;
        let kind =
            kind.ok_or_else(|| refused(&format!("allOf refers to {id}, which does not exist")))?;
        found.push((xdm::id_of(id), kind));
    }
    Ok(found)
}

fn schema(document: &Value, references: &[(String, &'static str)]) -> Result<(), Problem> {
    if !document["allOf"].is_array() {
        return Err(refused("allOf is required: a class, and the field groups"));
    }
    if document["description"].is_null() {
        return Err(refused("description is required, it may be empty"));
    }
    if document["properties"]
        .as_object()
        .is_some_and(|fields| !fields.is_empty())
    {
        return Err(refused(
            "a schema has no fields of its own: put them into a field group",
        ));
    }
    let classes: Vec<&String> = references
        .iter()
        .filter(|(_, kind)| *kind == kind::CLASS)
        .map(|(id, _)| id)
        .collect();
    let [class] = classes.as_slice() else {
        return Err(refused(&format!(
            "allOf must name exactly one class, not {}",
            classes.len()
        )));
    };
    if let Some((id, kind)) = references
        .iter()
        .find(|(_, kind)| !matches!(*kind, kind::CLASS | kind::FIELDGROUP))
    {
        return Err(refused(&format!(
            "allOf names the {kind} {id}; only a class and field groups belong there"
        )));
    }
    match document["meta:class"].as_str() {
        Some(named) if xdm::id_of(named) != **class => Err(refused(&format!(
            "meta:class is {named}, but allOf names {class}"
        ))),
        _ => Ok(()),
    }
}

fn class(references: &[(String, &'static str)]) -> Result<(), Problem> {
    match references
        .iter()
        .filter(|(_, kind)| *kind == kind::BEHAVIOR)
        .count()
    {
        1 => Ok(()),
        count => Err(refused(&format!(
            "allOf of a class must name exactly one behavior, not {count}"
        ))),
    }
}

fn field_group(tx: &Tx<'_>, sandbox: &str, document: &Value) -> Result<(), Problem> {
    let classes = document["meta:intendedToExtend"]
        .as_array()
        .filter(|classes| !classes.is_empty());
    let Some(classes) = classes else {
        return Err(refused(
            "meta:intendedToExtend is required: the classes a field group goes with",
        ));
    };
    for class in classes {
        let id = class.as_str().unwrap_or_default();
        if !matches!(
            xdm::kind_of(tx, sandbox, id)?,
            Some(kind::CLASS | kind::BEHAVIOR)
        ) {
            return Err(refused(&format!(
                "meta:intendedToExtend names {class}, which is no class"
            )));
        }
    }
    Ok(())
}

/// Custom fields of a class or field group sit below `_{TENANT}`, at the root as in every definition `allOf` refers to.
fn below_the_tenant(document: &Value) -> Result<(), Problem> {
    let namespace = format!("_{TENANT}");
    let items = document["allOf"].as_array().into_iter().flatten();
    let inner =
        items.filter_map(
            |item| match item["$ref"].as_str().and_then(|id| id.strip_prefix('#')) {
                Some(pointer) => document.pointer(pointer),
                None => Some(item),
            },
        );
    for node in inner.chain([document]) {
        for name in node["properties"]
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
        {
            if *name != namespace {
                let detail = format!("the field {name} must sit below {namespace}");
                return Err(registry::coded(
                    "XDM-1020-400",
                    "Namespace validation failed",
                    &detail,
                ));
            }
        }
    }
    Ok(())
}

/// Checks types, names and references of all fields below `node`.
fn fields(tx: &Tx<'_>, sandbox: &str, node: &Value, path: &str) -> Result<(), Problem> {
    let at = if path.is_empty() { "the root" } else { path };
    match &node["type"] {
        Value::Null => {}
        Value::String(name) if TYPES.contains(&name.as_str()) => {}
        other => return Err(refused(&format!("{at}: {other} is not a type"))),
    }
    match &node["meta:xdmType"] {
        Value::Null => {}
        Value::String(name) if XDM_TYPES.contains(&name.as_str()) => {}
        other => return Err(refused(&format!("{at}: {other} is not an XDM type"))),
    }
    if let Some(id) = node["$ref"].as_str().filter(|id| !id.starts_with('#'))
        && xdm::find(tx, sandbox, id.split('#').next().unwrap_or(id))?.is_none()
    {
        return Err(refused(&format!("{at}: {id} does not exist")));
    }
    for (name, field) in node["properties"].as_object().into_iter().flatten() {
        if !is_name(name) && *name != format!("_{TENANT}") {
            let detail = format!(
                "{at}: the field name {name} must start with a letter and hold letters, digits and _"
            );
            return Err(registry::coded(
                "XDM-1021-400",
                "Namespace validation failed",
                &detail,
            ));
        }
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        if !field.is_object() {
            return Err(refused(&format!("{below} is no field")));
        }
        fields(tx, sandbox, field, &below)?;
    }
    for (key, mark) in [("items", "[]"), ("additionalProperties", "{}")] {
        if node[key].is_object() {
            fields(tx, sandbox, &node[key], &format!("{path}{mark}"))?;
        }
    }
    if node["type"] == "array" && !node["items"].is_object() {
        return Err(refused(&format!("{at}: an array needs items")));
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
