//! `/faults`: the rules in force.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::faults::FaultRule;
use crate::operations::Service;
use crate::problem::{self, Problem};
use crate::routes::{AppState, Json};
use crate::server::faults_changed;

pub(super) async fn list(State(state): State<AppState>) -> Json {
    Json(json!(state.faults.list()))
}

/// Answers 201 with the rule and its number.
pub(super) async fn add(
    State(state): State<AppState>,
    Json(body): Json,
) -> Result<Response, Problem> {
    let refused = |why: &dyn std::fmt::Display| {
        problem::of(Service::Admin, 400, &format!("not a fault rule: {why}"))
    };
    let rule: FaultRule = serde_json::from_value(body).map_err(|error| refused(&error))?;
    let id = state.faults.add(rule).map_err(|error| refused(&error))?;
    faults_changed(&state).await;
    let added = state
        .faults
        .list()
        .into_iter()
        .find(|listed| listed.id == id);
    Ok((StatusCode::CREATED, Json(json!(added))).into_response())
}

pub(super) async fn remove(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let removed = id.parse().is_ok_and(|id| state.faults.remove(id));
    if !removed {
        return Err(problem::of(
            Service::Admin,
            404,
            &format!("no fault rule has the number {id}"),
        ));
    }
    faults_changed(&state).await;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn clear(State(state): State<AppState>) -> StatusCode {
    state.faults.clear();
    faults_changed(&state).await;
    StatusCode::NO_CONTENT
}
