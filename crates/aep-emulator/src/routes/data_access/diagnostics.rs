//! What is known of rows that did not land: `meta` and `failed`.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde_json::Value;

use super::content;
use super::listing::{Asked, file};
use crate::gateway::Caller;
use crate::problem::{Problem, catalog};
use crate::routes::{AppState, Json};
use crate::state::kind;

/// `GET /batches/{batch}/failed`: part files of failed rows, and uploads that failed as a whole. Empty when nothing did.
pub(super) async fn failed(
    state: State<AppState>,
    caller: Caller,
    batch: Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    browse(
        state,
        caller,
        batch,
        asked,
        headers,
        kind::FAILED_FILE,
        false,
    )
    .await
}

/// `GET /batches/{batch}/meta`: two folders and a sample.
pub(super) async fn meta(
    state: State<AppState>,
    caller: Caller,
    batch: Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    browse(state, caller, batch, asked, headers, kind::META_FILE, true).await
}

async fn browse(
    State(state): State<AppState>,
    caller: Caller,
    Path(batch): Path<String>,
    asked: Asked,
    headers: HeaderMap,
    kind: &'static str,
    folders: bool,
) -> Result<Response, Problem> {
    let id = batch.clone();
    let files = state
        .store
        .read(move |tx| -> Result<Vec<Value>, Problem> {
            if tx.get(kind::BATCH, &caller.sandbox, &id)?.is_none() {
                return Err(catalog::not_found(&format!("batch {id} not found")));
            }
            Ok(tx.list(kind, &caller.sandbox, Some(&id))?)
        })
        .await?;
    if let Some(path) = &asked.path
        && let Some(found) = files.iter().find(|doc| doc["name"] == path.as_str())
    {
        let blob = state
            .store
            .files()
            .path(found["blob"].as_str().unwrap_or_default());
        return content::answer(&blob, path, &headers, true).await;
    }
    let entries = match (&asked.path, folders) {
        (None, true) => top(&files, &asked),
        (None, false) => files.iter().map(|doc| entry(doc, "", &asked)).collect(),
        (Some(path), _) => {
            let inside = format!("{path}/");
            let found: Vec<Value> = files
                .iter()
                .filter(|doc| {
                    doc["name"]
                        .as_str()
                        .is_some_and(|name| name.starts_with(&inside))
                })
                .map(|doc| entry(doc, &inside, &asked))
                .collect();
            if found.is_empty() {
                return Err(catalog::not_found(&format!(
                    "batch {batch} has nothing at path {path}"
                )));
            }
            found
        }
    };
    Ok(Json(asked.page(entries)).into_response())
}

fn entry(doc: &Value, folder: &str, asked: &Asked) -> Value {
    let name = doc["name"].as_str().unwrap_or_default();
    let length = doc["length"].as_u64().unwrap_or_default();
    file(
        name.strip_prefix(folder).unwrap_or(name),
        length,
        &asked.here(name),
    )
}

/// Folders and files of the first level, each once.
fn top(files: &[Value], asked: &Asked) -> Vec<Value> {
    let mut entries = BTreeMap::new();
    for doc in files {
        let name = doc["name"].as_str().unwrap_or_default();
        match name.split_once('/') {
            Some((folder, _)) => entries.insert(folder, file(folder, 0, &asked.here(folder))),
            None => entries.insert(name, entry(doc, "", asked)),
        };
    }
    entries.into_values().collect()
}
