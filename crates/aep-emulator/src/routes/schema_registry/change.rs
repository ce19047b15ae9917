//! `PUT`, `PATCH` (JSON Patch) and `DELETE` of a tenant's resource.

use axum::extract::{Path, State};
use http::StatusCode;
use serde_json::{Value, json};

use super::check::checked;
use super::create::{is_registrys, store};
use super::lookup::not_found;
use super::{Noun, SCHEMA};
use crate::gateway::Caller;
use crate::problem::{Problem, registry};
use crate::routes::{AppState, Json};
use crate::state::{StateError, Tx, kind};
use crate::xdm::{self, Resolved};

pub(super) async fn put(
    noun: Noun,
    state: State<AppState>,
    caller: Caller,
    id: Path<String>,
    Json(body): Json,
) -> Result<Json, Problem> {
    if !body.is_object() {
        return Err(registry::coded(
            "XDM-1500-400",
            "Invalid resource",
            "the body must be an object",
        ));
    }
    apply(noun, state, caller, id, move |_| Ok(body)).await
}

pub(super) async fn patch(
    noun: Noun,
    state: State<AppState>,
    caller: Caller,
    id: Path<String>,
    Json(body): Json,
) -> Result<Json, Problem> {
    let refused = |why: &dyn std::fmt::Display| {
        registry::with_status(400, &format!("not a JSON Patch: {why}"))
    };
    let patch: json_patch::Patch = serde_json::from_value(body).map_err(|error| refused(&error))?;
    apply(noun, state, caller, id, move |mut document| {
        json_patch::patch(&mut document, &patch).map_err(|error| refused(&error))?;
        Ok(document)
    })
    .await
}

async fn apply(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    change: impl FnOnce(Value) -> Result<Value, Problem> + Send + 'static,
) -> Result<Json, Problem> {
    let now = state.clock.now_ms();
    let document = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let own = xdm::id_of(&id);
            let old = tx
                .get(noun.kind, &caller.sandbox, &own)?
                .ok_or_else(|| not_found(noun, &id))?;
            let new = change(old.clone())?;
            checked(tx, &caller.sandbox, noun, &own, &new)?;
            let mut document = json!({"$id": own});
            for (key, value) in new.as_object().into_iter().flatten() {
                if !is_registrys(key) {
                    document[key] = value.clone();
                }
            }
            document["meta:registryMetadata"] = old["meta:registryMetadata"].clone();
            document["version"] = json!(next_version(&old));
            let before = with_data(tx, &caller.sandbox)?;
            let document = store(tx, noun, &caller, document, now)?;
            only_additions(tx, &caller.sandbox, &before)?;
            Ok(document)
        })
        .await?;
    Ok(Json(document))
}

fn next_version(old: &Value) -> String {
    let version = old["version"].as_str().unwrap_or("1.0");
    match version.split_once('.') {
        Some((major, minor)) => format!("{major}.{}", minor.parse::<u64>().unwrap_or(0) + 1),
        None => format!("{version}.1"),
    }
}

/// The schemas of datasets that hold data.
fn with_data(tx: &Tx<'_>, sandbox: &str) -> Result<Vec<Resolved>, StateError> {
    let mut found: Vec<Resolved> = Vec::new();
    for (id, dataset) in tx.entries(kind::DATASET, sandbox, None)? {
        let schema = dataset["schemaRef"]["id"].as_str().unwrap_or_default();
        let known = found.iter().any(|resolved| resolved.id == schema);
        let batches = tx.list(kind::BATCH, sandbox, Some(&id))?;
        if !known
            && batches
                .iter()
                .any(|batch| matches!(batch["status"].as_str(), Some("success" | "active")))
        {
            found.extend(xdm::resolve(tx, sandbox, schema)?);
        }
    }
    Ok(found)
}

/// Once there is data, a schema may only grow.
fn only_additions(tx: &Tx<'_>, sandbox: &str, before: &[Resolved]) -> Result<(), Problem> {
    for old in before {
        let Some(new) = xdm::resolve(tx, sandbox, &old.id)? else {
            continue;
        };
        if let Some(lost) = old.root.lost_in(&new.root) {
            let detail = format!(
                "{lost} of {} holds data: it cannot be removed, retyped or made required",
                old.title
            );
            return Err(registry::coded(
                "XDM-1413-400",
                "Incompatible change",
                &detail,
            ));
        }
    }
    Ok(())
}

/// Refused while something refers to the resource (emulator choice; the code of the refusal is unpublished).
pub(super) async fn delete(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    state
        .store
        .write(move |tx| -> Result<(), Problem> {
            let own = xdm::id_of(&id);
            let sandbox = caller.sandbox.as_str();
            if tx.get(noun.kind, sandbox, &own)?.is_none() {
                return Err(not_found(noun, &id));
            }
            if let Some(user) = user_of(tx, sandbox, noun, &own)? {
                let detail = format!("the {} {own} is used by {user}", noun.name);
                return Err(registry::coded("XDM-1000-400", "Resource in use", &detail));
            }
            tx.delete(noun.kind, sandbox, &own)?;
            for (descriptor, document) in tx.entries(kind::DESCRIPTOR, sandbox, None)? {
                if document["xdm:sourceSchema"] == own.as_str() {
                    tx.delete(kind::DESCRIPTOR, sandbox, &descriptor)?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn user_of(tx: &Tx<'_>, sandbox: &str, noun: Noun, id: &str) -> Result<Option<String>, StateError> {
    if noun.kind == SCHEMA.kind {
        let datasets = tx.list(kind::DATASET, sandbox, None)?;
        let user = datasets
            .into_iter()
            .find(|dataset| dataset["schemaRef"]["id"] == id);
        return Ok(user.map(|dataset| format!("the dataset {}", dataset["name"])));
    }
    for kind in [kind::SCHEMA, kind::FIELDGROUP, kind::CLASS, kind::DATATYPE] {
        for (other, document) in tx.entries(kind, sandbox, None)? {
            if other != id && refers(&document, id) {
                return Ok(Some(format!("the {kind} {}", document["title"])));
            }
        }
    }
    Ok(None)
}

/// Whether a `$ref` anywhere in the document names the id.
fn refers(node: &Value, id: &str) -> bool {
    match node {
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| (key == "$ref" && value.as_str() == Some(id)) || refers(value, id)),
        Value::Array(items) => items.iter().any(|item| refers(item, id)),
        _ => false,
    }
}
