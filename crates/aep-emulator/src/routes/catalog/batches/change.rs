//! `PUT`, `PATCH` and the deprecated `DELETE` of a batch.

use axum::extract::{Path, State};
use http::HeaderMap;
use serde_json::{Map, Value};

use super::{MADE_HERE, dataset_of, path_of, shape, status_of};
use crate::gateway::Caller;
use crate::problem::{Problem, catalog};
use crate::routes::catalog::condition::{check, is_dry, touch};
use crate::routes::{AppState, Json};
use crate::state::kind;

/// Fields only Catalog writes; sent ones are passed over.
const READ_ONLY: &[&str] = &[
    "id",
    "imsOrg",
    "sandboxId",
    "version",
    "created",
    "updated",
    "createdClient",
    "createdUser",
    "updatedUser",
];

pub(in crate::routes::catalog) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Json, Problem> {
    apply(state, caller, id, headers, body, true).await
}

pub(in crate::routes::catalog) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Json, Problem> {
    apply(state, caller, id, headers, body, false).await
}

async fn apply(
    state: AppState,
    caller: Caller,
    id: String,
    headers: HeaderMap,
    body: Value,
    whole: bool,
) -> Result<Json, Problem> {
    status_of(&body)?;
    shape::check(&body)?;
    let Value::Object(body) = body else {
        return Err(catalog::bad_request("the body must be an object"));
    };
    let (now, answer) = (state.clock.now_ms(), path_of(&id));
    state
        .store
        .write(move |tx| -> Result<(), Problem> {
            let old = find(tx, &caller.sandbox, &id)?;
            check(&headers, &old)?;
            let mut new = if whole {
                Map::new()
            } else {
                old.as_object().cloned().unwrap_or_default()
            };
            new.extend(body);
            for key in READ_ONLY {
                new.insert((*key).to_owned(), old[*key].clone());
            }
            let mut new = Value::Object(new);
            let ours = !old["tags"][MADE_HERE].is_null();
            if new["status"].is_null() {
                new["status"] = old["status"].clone();
            }
            if !ours && new["status"] != old["status"] {
                return Err(catalog::forbidden(
                    "the status of an ingested batch is the import service's",
                ));
            }
            if ours {
                new["tags"][MADE_HERE] = old["tags"][MADE_HERE].clone();
            }
            if !is_dry(&headers) {
                touch(&mut new, now, &caller.user);
                tx.put(kind::BATCH, &caller.sandbox, &id, dataset_of(&new), &new)?;
            }
            Ok(())
        })
        .await?;
    Ok(Json(answer))
}

pub(in crate::routes::catalog) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    let answer = path_of(&id);
    state
        .store
        .write(move |tx| -> Result<(), Problem> {
            let old = find(tx, &caller.sandbox, &id)?;
            check(&headers, &old)?;
            if old["tags"][MADE_HERE].is_null() {
                return Err(catalog::forbidden(
                    "an ingested batch is removed with the import service's REVERT or ABORT",
                ));
            }
            if !is_dry(&headers) {
                tx.delete(kind::BATCH, &caller.sandbox, &id)?;
            }
            Ok(())
        })
        .await?;
    Ok(Json(answer))
}

fn find(tx: &crate::state::Tx<'_>, sandbox: &str, id: &str) -> Result<Value, Problem> {
    tx.get(kind::BATCH, sandbox, id)?
        .ok_or_else(|| catalog::not_found(&format!("batch {id} not found")))
}
