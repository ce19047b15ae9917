//! Look-ups and lists: always a JSON object keyed by id.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Map, Value, json};

use super::query::{Noun, Query};
use crate::gateway::Caller;
use crate::problem::{Problem, catalog};
use crate::routes::{AppState, Json};
use crate::state::kind;

pub(super) async fn list_datasets(
    state: State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    list(
        state,
        caller,
        with_headers(query, &headers),
        kind::DATASET,
        Noun::Dataset,
    )
    .await
}

pub(super) async fn list_batches(
    state: State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    list(
        state,
        caller,
        with_headers(query, &headers),
        kind::BATCH,
        Noun::Batch,
    )
    .await
}

pub(super) async fn get_datasets(
    state: State<AppState>,
    caller: Caller,
    ids: Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    get(state, caller, ids, query, kind::DATASET, Noun::Dataset).await
}

pub(super) async fn get_batches(
    state: State<AppState>,
    caller: Caller,
    ids: Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    get(state, caller, ids, query, kind::BATCH, Noun::Batch).await
}

/// Limits and offsets may come as headers too; query parameters, being read later, win.
fn with_headers(query: Option<String>, headers: &HeaderMap) -> String {
    let mut text = String::new();
    for name in ["limit", "start", "offset"] {
        if let Some(value) = headers.get(name).and_then(|value| value.to_str().ok()) {
            text = format!("{text}{name}={value}&");
        }
    }
    text.push_str(&query.unwrap_or_default());
    text
}

async fn list(
    State(state): State<AppState>,
    caller: Caller,
    query: String,
    kind: &'static str,
    noun: Noun,
) -> Result<Json, Problem> {
    let query = Query::parse(&query, noun)?;
    let parent = query.only_parent().map(str::to_owned);
    let found: Vec<(String, Value)> = state
        .store
        .read(move |tx| {
            tx.entries(kind, &caller.sandbox, parent.as_deref())
                .map_err(Problem::from)
        })
        .await?;
    Ok(Json(Value::Object(query.answer(found))))
}

/// One id, or several separated by commas; of several, a missing one is simply absent.
async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(ids): Path<String>,
    query: Option<String>,
    kind: &'static str,
    noun: Noun,
) -> Result<Response, Problem> {
    let query = Query::parse(query.as_deref().unwrap_or_default(), noun)?;
    let found = state
        .store
        .read(move |tx| -> Result<Map<String, Value>, Problem> {
            let mut found = Map::new();
            for id in ids.split(',').filter(|id| !id.is_empty()) {
                if let Some(doc) = tx.get(kind, &caller.sandbox, id)? {
                    found.insert(id.to_owned(), doc);
                }
            }
            if found.is_empty() && !ids.contains(',') {
                return Err(catalog::not_found(&format!(
                    "{} {ids} not found",
                    noun.name()
                )));
            }
            Ok(found)
        })
        .await?;
    let version = match found.values().next() {
        Some(only) if found.len() == 1 => only["version"].as_str().map(str::to_owned),
        _ => None,
    };
    let found = found
        .into_iter()
        .map(|(id, doc)| (id, query.project(doc)))
        .collect();
    let mut response = Json(Value::Object(found)).into_response();
    if let Some(value) = version.and_then(|version| HeaderValue::from_str(&version).ok()) {
        // Catalog's document calls it E-Tag, HTTP calls it ETag: both are sent.
        response
            .headers_mut()
            .insert(HeaderName::from_static("e-tag"), value.clone());
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}

/// `GET /batches/uniques/{field}`: the distinct values of a field, under the same filters.
pub(super) async fn uniques(
    State(state): State<AppState>,
    caller: Caller,
    Path(field): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let query = Query::parse(query.as_deref().unwrap_or_default(), Noun::Batch)?;
    let found = state
        .store
        .read(move |tx| {
            tx.entries(kind::BATCH, &caller.sandbox, None)
                .map_err(Problem::from)
        })
        .await?;
    let mut values: Vec<Value> = Vec::new();
    for (_, batch) in found.iter().filter(|(id, batch)| query.matches(id, batch)) {
        let value = match field.as_str() {
            "dataSet" => &batch["relatedObjects"][0]["id"],
            field => &batch[field],
        };
        if !value.is_null() && !values.contains(value) {
            values.push(value.clone());
        }
    }
    Ok(Json(Value::Array(values)))
}

/// `GET /lastBatches`: keyed by dataset, the newest batch of each kind of end.
pub(super) async fn last_batches(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let query = Query::parse(query.as_deref().unwrap_or_default(), Noun::LastBatch)?;
    let found = state
        .store
        .read(move |tx| -> Result<_, Problem> {
            let mut found = Vec::new();
            for (id, dataset) in tx.entries(kind::DATASET, &caller.sandbox, None)? {
                let batches = tx.list(kind::BATCH, &caller.sandbox, Some(&id))?;
                found.extend(last_of(&dataset, &batches).map(|last| (id, last)));
            }
            Ok(found)
        })
        .await?;
    Ok(Json(Value::Object(query.answer(found))))
}

fn last_of(dataset: &Value, batches: &[Value]) -> Option<Value> {
    let newest = |wanted: &[&str]| {
        batches
            .iter()
            .filter(|batch| {
                wanted.is_empty()
                    || batch["status"]
                        .as_str()
                        .is_some_and(|status| wanted.contains(&status))
            })
            .max_by_key(|batch| batch["created"].as_i64())
    };
    let last = newest(&[])?;
    let mut shown = json!({
        "lastBatchId": last["id"],
        "lastBatchStatus": last["status"],
        "imsOrg": dataset["imsOrg"],
        "sandboxId": dataset["sandboxId"],
        "created": last["created"],
        "updated": last["updated"],
    });
    if let Some(batch) = newest(&["success", "active"]) {
        shown["lastSuccessfulBatchId"] = batch["id"].clone();
    }
    if let Some(batch) = newest(&["failure", "failed"]) {
        shown["lastFailedBatchId"] = batch["id"].clone();
    }
    Some(shown)
}
