//! Lists, look-ups and searches of stored objects.

use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};

use super::body::Body;
use super::noun::Noun;
use super::object::{load, shown};
use super::project::project;
use super::query::Query;
use crate::gateway::Caller;
use crate::problem::Problem;
use crate::routes::{AppState, Json};

/// `GET /{noun}`.
pub(super) async fn list(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let query = Query::parse(query.as_deref())?;
    let found = all(&state, &caller, noun).await?;
    Ok(Json(query.answer(noun.path(), found)))
}

/// `GET /{noun}/{id}`: a list of one.
pub(super) async fn get(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json, Problem> {
    let document = state
        .store
        .read(move |tx| load(tx, &caller.sandbox, noun, &id))
        .await?;
    Ok(Json(json!({"items": [shown(&state, document)]})))
}

/// `POST /{noun}/search`.
pub(super) async fn search(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Json, Problem> {
    let body = body.object()?;
    let query = Query::parse_search(&body, query.as_deref())?;
    let found = all(&state, &caller, noun).await?;
    let mut answer = query.answer(&format!("{}/search", noun.path()), found);
    project(&mut answer, body.get("projectionFields"))?;
    Ok(Json(answer))
}

async fn all(state: &AppState, caller: &Caller, noun: Noun) -> Result<Vec<Value>, Problem> {
    let sandbox = caller.sandbox.clone();
    let found = state
        .store
        .read(move |tx| -> Result<_, Problem> { Ok(tx.list(noun.kind(), &sandbox, None)?) })
        .await?;
    Ok(found
        .into_iter()
        .map(|document| shown(state, document))
        .collect())
}
