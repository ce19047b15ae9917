//! `/buckets`: buckets that stand for somebody's cloud storage.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::operations::Service;
use crate::problem::{self, Problem};
use crate::routes::{AppState, Json};
use crate::zone::ZoneError;

pub(super) async fn list(State(state): State<AppState>) -> Result<Json, Problem> {
    let names = state.zone.buckets().await.map_err(|error| failed(&error))?;
    Ok(Json(json!(names)))
}

/// Makes a bucket if it is not there (201, else 200) and answers keys that open it, which never expire.
pub(super) async fn make(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let is_name = (3..=63).contains(&name.len())
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)
        })
        && !name.starts_with(['-', '.'])
        && !name.ends_with(['-', '.']);
    let taken = Service::of_path(&format!("/{name}")).is_some() || name == "data";
    if !is_name || taken {
        return Err(problem::of(
            Service::Admin,
            400,
            &format!("{name} cannot be the name of a bucket"),
        ));
    }
    let made = state
        .zone
        .make_bucket(&name)
        .await
        .map_err(|error| failed(&error))?;
    let status = if made.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let body = json!({
        "name": name,
        "endpoint": state.config.url,
        "accessKeyId": made.key_id,
        "secretAccessKey": made.secret,
    });
    Ok((status, Json(body)).into_response())
}

fn failed(error: &ZoneError) -> Problem {
    problem::of(Service::Admin, 500, &format!("the buckets failed: {error}"))
}
