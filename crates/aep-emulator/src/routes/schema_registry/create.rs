//! `POST /tenant/{kind}`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::check::checked;
use super::{Noun, SCHEMA};
use crate::gateway::Caller;
use crate::ids;
use crate::problem::Problem;
use crate::routes::{AppState, Json};
use crate::seed::{TENANT, annotate};
use crate::state::{GLOBAL, Tx, kind};
use crate::xdm;

pub(super) async fn create(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json,
) -> Result<Response, Problem> {
    let now = state.clock.now_ms();
    let document = state
        .store
        .write(move |tx| register(tx, noun, &caller, &body, now))
        .await?;
    Ok((StatusCode::CREATED, Json(document)).into_response())
}

/// Checks and stores a new resource; answers it as stored.
pub(crate) fn register(
    tx: &Tx<'_>,
    noun: Noun,
    caller: &Caller,
    body: &Value,
    now: i64,
) -> Result<Value, Problem> {
    let hash = &ids::sha256(&format!("{}{}", ids::uuid(), ids::uuid()))[..48];
    let id = format!("https://ns.adobe.com/{TENANT}/{}/{hash}", noun.folder);
    checked(tx, &caller.sandbox, noun, &id, body)?;
    let mut document = json!({"$id": id});
    for (key, value) in body.as_object().into_iter().flatten() {
        if !is_registrys(key) {
            document[key] = value.clone();
        }
    }
    store(tx, noun, caller, document, now)
}

/// Fields the registry writes itself; sent ones are passed over.
pub(super) fn is_registrys(key: &str) -> bool {
    matches!(
        key,
        "$id"
            | "meta:altId"
            | "meta:resourceType"
            | "version"
            | "refs"
            | "imsOrg"
            | "meta:extends"
            | "meta:registryMetadata"
            | "meta:containerId"
            | "meta:tenantNamespace"
            | "meta:sandboxId"
            | "meta:sandboxType"
            | "meta:extensible"
            | "meta:abstract"
            | "meta:xdmType"
    )
}

/// Adds the registry's own fields and writes the document.
pub(super) fn store(
    tx: &Tx<'_>,
    noun: Noun,
    caller: &Caller,
    mut document: Value,
    now: i64,
) -> Result<Value, Problem> {
    annotate(
        &mut document,
        noun.kind,
        Some((&caller.client_id, &caller.user)),
        now,
    );
    if document["type"].is_null() {
        document["type"] = json!("object");
    }
    let sandbox = caller.sandbox.as_str();
    document["meta:sandboxId"] = json!(caller.sandbox_id);
    document["meta:sandboxType"] = tx
        .get(kind::SANDBOX, GLOBAL, sandbox)?
        .map(|found| found["type"].clone())
        .unwrap_or_default();
    document["meta:extends"] = json!(xdm::extends(tx, sandbox, &document)?);
    if noun.kind == SCHEMA.kind && document["meta:class"].is_null() {
        document["meta:class"] = json!(class_of(tx, sandbox, &document)?);
    }
    let id = document["$id"].as_str().unwrap_or_default().to_owned();
    tx.put(noun.kind, sandbox, &id, "", &document)?;
    Ok(document)
}

fn class_of(tx: &Tx<'_>, sandbox: &str, document: &Value) -> Result<Option<String>, Problem> {
    for item in document["allOf"].as_array().into_iter().flatten() {
        if let Some(id) = item["$ref"].as_str()
            && xdm::kind_of(tx, sandbox, id)? == Some(kind::CLASS)
        {
            return Ok(Some(xdm::id_of(id)));
        }
    }
    Ok(None)
}
