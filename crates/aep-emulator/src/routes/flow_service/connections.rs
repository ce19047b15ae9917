//! What only base connections can be asked.

use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};

use super::explore;
use super::noun::Noun;
use super::object::load;
use crate::gateway::Caller;
use crate::problem::Problem;
use crate::routes::{AppState, Json};

/// `GET /connections/{id}/test`: every connection works (emulator choice); fault rules make it fail.
pub(super) async fn test(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json, Problem> {
    let document = state
        .store
        .read(move |tx| load(tx, &caller.sandbox, Noun::Connection, &id))
        .await?;
    Ok(Json(json!({"result": document.is_object()})))
}

/// `GET /connections/{id}/configs`: the columns of the file that `object` names, under the parameters of an explore
/// call; none without it. What the platform takes here is not published (emulator choice).
pub(super) async fn configs(
    state: State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let names_object = url::form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes())
        .any(|(key, value)| key == "object" && !value.is_empty());
    if !names_object {
        let sandbox = caller.sandbox;
        let _: Value = state
            .store
            .read(move |tx| load(tx, &sandbox, Noun::Connection, &id))
            .await?;
        return Ok(Json(json!({"items": []})));
    }
    let query = format!("objectType=file&{}", query.unwrap_or_default());
    let Json(found) =
        explore::by_connection(state, caller, Path(id), RawQuery(Some(query))).await?;
    let items: Value = found["schema"]["columns"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|column| json!({"columnName": column["name"], "columnType": column["type"]}))
        .collect();
    Ok(Json(json!({"items": items})))
}
