//! One resource, in the form the Accept header asks for.

use axum::extract::{Path, State};
use http::HeaderMap;
use serde_json::{Value, json};

use super::Noun;
use super::accept::Accept;
use crate::gateway::Caller;
use crate::problem::{Problem, registry};
use crate::routes::{AppState, Json};
use crate::state::{GLOBAL, Tx, kind};
use crate::xdm;

pub(super) async fn one(
    noun: Noun,
    tenant: bool,
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    let accept = Accept::for_lookup(&headers)?;
    let shown = state
        .store
        .read(move |tx| -> Result<Value, Problem> {
            let place = if tenant {
                caller.sandbox.as_str()
            } else {
                GLOBAL
            };
            let document = tx
                .get(noun.kind, place, &xdm::id_of(&id))?
                .ok_or_else(|| not_found(noun, &id))?;
            let known = document["version"]
                .as_str()
                .and_then(|version| version.split('.').next())
                .unwrap_or("1");
            if accept.version.map(|version| version.to_string()).as_deref() != Some(known) {
                return Err(not_found(
                    noun,
                    &format!("{id}, version {}", accept.version.unwrap_or_default()),
                ));
            }
            show(tx, &caller.sandbox, document, accept)
        })
        .await?;
    Ok(Json(shown))
}

pub(super) fn not_found(noun: Noun, id: &str) -> Problem {
    registry::coded(
        noun.not_found,
        "Resource not found",
        &format!("the {} {id} does not exist", noun.name),
    )
}

/// The document in the form asked for.
pub(super) fn show(
    tx: &Tx<'_>,
    sandbox: &str,
    document: Value,
    accept: Accept,
) -> Result<Value, Problem> {
    let mut shown = if accept.full {
        xdm::full(tx, sandbox, &document)?
    } else {
        document
    };
    if accept.full && !accept.deprecated {
        hide_deprecated(&mut shown);
    }
    if accept.desc {
        let id = shown["$id"].clone();
        let all = tx.list(kind::DESCRIPTOR, sandbox, None)?;
        shown["meta:descriptors"] = Value::Array(
            all.into_iter()
                .filter(|descriptor| descriptor["xdm:sourceSchema"] == id)
                .collect(),
        );
    }
    if accept.notext {
        strip_text(&mut shown);
    }
    Ok(shown)
}

/// Removes titles and descriptions of schema nodes, but not fields that happen to have such a name.
fn strip_text(node: &mut Value) {
    let Some(map) = node.as_object_mut() else {
        return;
    };
    for key in [
        "title",
        "description",
        "meta:titleId",
        "meta:descriptionId",
        "meta:enum",
    ] {
        map.remove(key);
    }
    for (key, value) in map {
        match (key.as_str(), value) {
            ("properties" | "definitions" | "patternProperties", Value::Object(fields)) => {
                fields.values_mut().for_each(strip_text);
            }
            ("items" | "additionalProperties", inner) => strip_text(inner),
            ("allOf" | "anyOf" | "oneOf", Value::Array(items)) => {
                items.iter_mut().for_each(strip_text);
            }
            _ => {}
        }
    }
}

fn hide_deprecated(node: &mut Value) {
    let Some(map) = node.as_object_mut() else {
        return;
    };
    if let Some(Value::Object(fields)) = map.get_mut("properties") {
        fields.retain(|_, field| field["meta:status"] != json!("deprecated"));
        fields.values_mut().for_each(hide_deprecated);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = map.get_mut(key) {
            hide_deprecated(inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_called_title_is_not_text() {
        let mut node = json!({"title": "T", "properties": {"title": {"title": "The title", "type": "string"}},
            "allOf": [{"$ref": "x", "description": "d"}]});
        strip_text(&mut node);
        assert_eq!(
            node,
            json!({"properties": {"title": {"type": "string"}}, "allOf": [{"$ref": "x"}]})
        );
    }

    #[test]
    fn deprecated_fields_hide_at_any_depth() {
        let mut node = json!({"properties": {"a": {"properties": {"old": {"meta:status": "deprecated"}, "new": {}}}}});
        hide_deprecated(&mut node);
        assert_eq!(
            node,
            json!({"properties": {"a": {"properties": {"new": {}}}}})
        );
    }
}
