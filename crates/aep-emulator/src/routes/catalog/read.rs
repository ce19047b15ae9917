//! Look-ups and lists: always a JSON object keyed by id.

use axum::extract::{Path, RawQuery, State};
use serde_json::{Map, Value};

use super::query::{Noun, Query};
use crate::gateway::Caller;
use crate::problem::{Problem, catalog};
use crate::routes::{AppState, Json};
use crate::state::kind;

pub(super) async fn list_datasets(
    state: State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    list(state, caller, query, kind::DATASET, Noun::Dataset).await
}

pub(super) async fn list_batches(
    state: State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    list(state, caller, query, kind::BATCH, Noun::Batch).await
}

pub(super) async fn get_datasets(
    state: State<AppState>,
    caller: Caller,
    ids: Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    get(state, caller, ids, query, kind::DATASET, Noun::Dataset).await
}

pub(super) async fn get_batches(
    state: State<AppState>,
    caller: Caller,
    ids: Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    get(state, caller, ids, query, kind::BATCH, Noun::Batch).await
}

async fn list(
    State(state): State<AppState>,
    caller: Caller,
    query: Option<String>,
    kind: &'static str,
    noun: Noun,
) -> Result<Json, Problem> {
    let query = Query::parse(query.as_deref().unwrap_or_default(), noun)?;
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
) -> Result<Json, Problem> {
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
    let found = found
        .into_iter()
        .map(|(id, doc)| (id, query.project(doc)))
        .collect();
    Ok(Json(Value::Object(found)))
}
