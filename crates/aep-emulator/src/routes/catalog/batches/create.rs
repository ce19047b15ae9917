//! `POST /batches` and `POST /batches/{id}`.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{MADE_HERE, dataset_of, path_of, shape, status_of};
use crate::gateway::Caller;
use crate::ids;
use crate::problem::{Problem, catalog};
use crate::routes::catalog::condition::is_dry;
use crate::routes::{AppState, Json};
use crate::state::kind;

pub(in crate::routes::catalog) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    let id = ids::batch(state.clock.now_ms());
    make(state, caller, headers, id, body).await
}

pub(in crate::routes::catalog) async fn create_with_id(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    make(state, caller, headers, id, body).await
}

async fn make(
    state: AppState,
    caller: Caller,
    headers: HeaderMap,
    id: String,
    body: Value,
) -> Result<Response, Problem> {
    let Value::Object(sent) = &body else {
        return Err(catalog::bad_request("the body must be an object"));
    };
    if status_of(&body)?.is_none() {
        return Err(catalog::bad_request("status is required"));
    }
    shape::check(&body)?;
    let now = state.clock.now_ms();
    let mut document =
        json!({"id": id, "externalId": id, "tags": {}, "relatedObjects": [], "availableDates": {}});
    for (key, value) in sent {
        document[key] = value.clone();
    }
    for (key, value) in [
        ("id", json!(id)),
        ("imsOrg", json!(caller.org)),
        ("sandboxId", json!(caller.sandbox_id)),
        ("version", json!("1.0.0")),
        ("created", json!(now)),
        ("updated", json!(now)),
        ("createdClient", json!(caller.client_id)),
        ("createdUser", json!(caller.user)),
        ("updatedUser", json!(caller.user)),
    ] {
        document[key] = value;
    }
    document["tags"][MADE_HERE] = json!(["true"]);
    let (dry, made) = (is_dry(&headers), id.clone());
    state
        .store
        .write(move |tx| -> Result<(), Problem> {
            if tx.get(kind::BATCH, &caller.sandbox, &made)?.is_some() {
                return Err(catalog::bad_request(&format!("a batch {made} exists")));
            }
            let dataset = dataset_of(&document);
            if !dataset.is_empty() && tx.get(kind::DATASET, &caller.sandbox, dataset)?.is_none() {
                return Err(catalog::bad_request(&format!(
                    "dataset {dataset} not found"
                )));
            }
            if !dry {
                tx.put(kind::BATCH, &caller.sandbox, &made, dataset, &document)?;
            }
            Ok(())
        })
        .await?;
    if dry {
        return Ok(Json(json!([])).into_response());
    }
    // The id may be the caller's.
    let segment = utf8_percent_encode(&id, NON_ALPHANUMERIC);
    let location = format!(
        "{}/data/foundation/catalog/batches/{segment}",
        state.config.url
    );
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(path_of(&id)),
    )
        .into_response())
}
