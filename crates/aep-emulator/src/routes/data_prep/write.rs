//! `POST` and `PUT` of mapping sets.

use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::document::{Stamp, document, schema_of};
use crate::gateway::Caller;
use crate::ids;
use crate::mapping;
use crate::problem::{Problem, catalog};
use crate::routes::{AppState, Json};
use crate::state::Tx;
use crate::xdm;

/// `POST /mappingSets`: 200 with id and version 0.
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json,
) -> Result<Json, Problem> {
    let now = state.clock.now_ms();
    let set = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let id = ids::uuid();
            let stamp = Stamp {
                caller: &caller,
                id: &id,
                version: 0,
                created: now,
                now,
            };
            let set = document(&body, &stamp)?;
            known_schema(tx, &caller, &body)?;
            mapping::keep(tx, &caller.sandbox, &set)?;
            Ok(set)
        })
        .await?;
    let mut answer = json!({});
    for key in [
        "id",
        "version",
        "createdDate",
        "modifiedDate",
        "createdBy",
        "modifiedBy",
    ] {
        answer[key] = set[key].clone();
    }
    Ok(Json(answer))
}

/// `PUT /mappingSets/{id}`: the whole set; its version grows by one (emulator choice). Flows keep the version they name.
pub(super) async fn replace(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json,
) -> Result<Json, Problem> {
    let now = state.clock.now_ms();
    let set = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let before = mapping::find(tx, &caller.sandbox, &id, None)?
                .ok_or_else(|| catalog::not_found(&format!("mapping set {id} not found")))?;
            let stamp = Stamp {
                caller: &caller,
                id: &id,
                version: before["version"].as_u64().unwrap_or_default() + 1,
                created: before["createdDate"].as_i64().unwrap_or(now),
                now,
            };
            let mut set = document(&body, &stamp)?;
            set["createdBy"] = before["createdBy"].clone();
            known_schema(tx, &caller, &body)?;
            mapping::keep(tx, &caller.sandbox, &set)?;
            Ok(set)
        })
        .await?;
    Ok(Json(set))
}

/// A schema that is not in the registry is refused (emulator choice).
fn known_schema(tx: &Tx<'_>, caller: &Caller, body: &Value) -> Result<(), Problem> {
    let schema = schema_of(body).unwrap_or_default();
    match xdm::find(tx, &caller.sandbox, schema)? {
        Some(_) => Ok(()),
        None => Err(catalog::bad_request(&format!(
            "schema {schema} does not exist"
        ))),
    }
}
