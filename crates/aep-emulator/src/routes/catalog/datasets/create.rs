//! `POST /dataSets`.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::check::checked;
use super::path_of;
use crate::gateway::Caller;
use crate::ids;
use crate::problem::{Problem, catalog};
use crate::routes::catalog::condition::is_dry;
use crate::routes::catalog::query::kinds;
use crate::routes::{AppState, Json};
use crate::seed::dataset_document;
use crate::state::kind;

/// Fields only Catalog writes; sent ones are passed over.
pub(super) const READ_ONLY: &[&str] = &[
    "id",
    "version",
    "imsOrg",
    "sandboxId",
    "created",
    "updated",
    "createdClient",
    "createdUser",
    "updatedUser",
    "viewId",
    "basePath",
    "files",
    "lastBatchId",
    "lastBatchStatus",
    "lastSuccessfulBatch",
    "lastFailedBatch",
    "namespace",
];

pub(in crate::routes::catalog) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    Json(mut body): Json,
) -> Result<Response, Problem> {
    for (key, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        kinds::check(&key, &value)?;
    }
    let Some(map) = body.as_object_mut() else {
        return Err(catalog::bad_request("the body must be an object"));
    };
    map.retain(|key, _| !READ_ONLY.contains(&key.as_str()));
    let (now, dry) = (state.clock.now_ms(), is_dry(&headers));
    let id = ids::dataset();
    let made = id.clone();
    state
        .store
        .write(move |tx| -> Result<(), Problem> {
            checked(tx, &caller.sandbox, &body)?;
            if !dry {
                let by = (caller.client_id.as_str(), caller.user.as_str());
                let document: Value = dataset_document(&made, body, by, &caller.sandbox_id, now);
                tx.put(kind::DATASET, &caller.sandbox, &made, "", &document)?;
            }
            Ok(())
        })
        .await?;
    if dry {
        // Nothing was made, so there is no path to name (emulator choice).
        return Ok(Json(json!([])).into_response());
    }
    let location = format!("{}/data/foundation/catalog/dataSets/{id}", state.config.url);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(path_of(&id)),
    )
        .into_response())
}
