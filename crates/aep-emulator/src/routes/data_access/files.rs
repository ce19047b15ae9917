//! Files of the lake: those of a batch, and a single one with its bytes.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde_json::{Value, json};

use super::content;
use super::listing::{Asked, file};
use crate::gateway::Caller;
use crate::lake::status::{self, Status};
use crate::problem::{Problem, catalog};
use crate::routes::{AppState, Json};
use crate::state::kind;

/// `GET /batches/{batch}/files`: files of a batch that is not in the dataset (any more) are not listed.
pub(super) async fn of_batch(
    State(state): State<AppState>,
    caller: Caller,
    Path(batch): Path<String>,
    asked: Asked,
) -> Result<Json, Problem> {
    let entries = state
        .store
        .read(move |tx| -> Result<Value, Problem> {
            let doc = tx
                .get(kind::BATCH, &caller.sandbox, &batch)?
                .ok_or_else(|| catalog::not_found(&format!("batch {batch} not found")))?;
            let dataset = status::dataset_of(&doc).unwrap_or_default();
            let view = tx
                .get(kind::DATASET, &caller.sandbox, dataset)?
                .unwrap_or_default()["viewId"]
                .clone();
            let files = if Status::of(&doc) == Some(Status::Success) {
                tx.list(kind::DATASET_FILE, &caller.sandbox, Some(&batch))?
            } else {
                Vec::new()
            };
            Ok(asked.page(
                files
                    .iter()
                    .map(|file| entry(&asked, file, &view))
                    .collect(),
            ))
        })
        .await?;
    Ok(Json(entries))
}

fn entry(asked: &Asked, file: &Value, view: &Value) -> Value {
    let id = file["id"].as_str().unwrap_or_default();
    json!({
        "dataSetFileId": id,
        "dataSetViewId": view,
        "version": file["version"],
        "created": number(&file["created"]),
        "updated": number(&file["updated"]),
        "isValid": true,
        "_links": {"self": {"href": asked.link(&format!("/files/{id}"), None)}},
    })
}

/// Numbers are strings here.
fn number(value: &Value) -> String {
    value.as_i64().unwrap_or_default().to_string()
}

/// `GET /files/{id}`: what is in it, or with `path` the bytes of that.
pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let doc = find(&state, caller, &id).await?;
    let name = doc["name"].as_str().unwrap_or_default();
    match &asked.path {
        None => {
            let length = doc["length"].as_u64().unwrap_or_default();
            Ok(Json(asked.page(vec![file(name, length, &asked.here(name))])).into_response())
        }
        Some(path) => {
            check_name(&id, name, path)?;
            content::answer(&blob(&state, &doc), name, &headers, true).await
        }
    }
}

/// `HEAD /files/{id}?path=…`.
pub(super) async fn head(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let doc = find(&state, caller, &id).await?;
    let name = doc["name"].as_str().unwrap_or_default();
    let path = asked
        .path
        .ok_or_else(|| catalog::bad_request("query parameter path is missing"))?;
    check_name(&id, name, &path)?;
    content::answer(&blob(&state, &doc), name, &headers, false).await
}

async fn find(state: &AppState, caller: Caller, id: &str) -> Result<Value, Problem> {
    let id = id.to_owned();
    state
        .store
        .read(move |tx| {
            tx.get(kind::DATASET_FILE, &caller.sandbox, &id)?
                .ok_or_else(|| catalog::not_found(&format!("dataset file {id} not found")))
        })
        .await
}

fn check_name(id: &str, name: &str, path: &str) -> Result<(), Problem> {
    if path == name {
        Ok(())
    } else {
        Err(catalog::not_found(&format!(
            "dataset file {id} has no file {path}"
        )))
    }
}

fn blob(state: &AppState, doc: &Value) -> std::path::PathBuf {
    state
        .store
        .files()
        .path(doc["blob"].as_str().unwrap_or_default())
}
