//! `GET /rpc/sampledata/{id}` and `GET /rpc/export/{id}`.

use axum::extract::{Path, State};
use http::HeaderMap;
use serde_json::Value;

use super::SCHEMA;
use super::accept::Accept;
use super::lookup::not_found;
use crate::gateway::Caller;
use crate::problem::{Problem, registry};
use crate::routes::{AppState, Json};
use crate::xdm;

/// An object that is valid for the schema; the same for the same schema every time.
pub(super) async fn sample(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    Accept::for_lookup(&headers)?;
    state
        .store
        .read(move |tx| -> Result<Json, Problem> {
            let resolved =
                xdm::resolve(tx, &caller.sandbox, &id)?.ok_or_else(|| not_found(SCHEMA, &id))?;
            Ok(Json(xdm::sample(&resolved)))
        })
        .await
}

/// The resource and the tenant's resources it is made of, those first that others need.
pub(super) async fn export(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    Accept::for_export(&headers)?;
    state
        .store
        .read(move |tx| -> Result<Json, Problem> {
            let missing = || {
                registry::coded(
                    "XDM-1017-404",
                    "Resource not found",
                    &format!("{id} does not exist"),
                )
            };
            let wanted = xdm::find(tx, &caller.sandbox, &id)?.ok_or_else(missing)?;
            let mut parts = Vec::new();
            for part in xdm::extends(tx, &caller.sandbox, &wanted)? {
                let part = xdm::find(tx, &caller.sandbox, &part)?;
                parts.extend(part.filter(|part| part["meta:containerId"] == "tenant"));
            }
            parts.push(wanted);
            Ok(Json(Value::Array(parts)))
        })
        .await
}
