//! Dataset views and the files in them. A file shows once its batch is in the dataset.

use axum::extract::{Path, RawQuery, State};
use serde_json::{Map, Value, json};

use super::query::{Noun, Query};
use crate::gateway::Caller;
use crate::problem::{Problem, catalog};
use crate::routes::{AppState, Json};
use crate::state::{Tx, kind};

pub(super) async fn views(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json, Problem> {
    let dataset = state
        .store
        .read(move |tx| dataset(tx, &caller.sandbox, &id))
        .await?;
    let (view, shown) = view_of(&dataset);
    Ok(Json(Value::Object(Map::from_iter([(view, shown)]))))
}

pub(super) async fn view(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, view)): Path<(String, String)>,
) -> Result<Json, Problem> {
    let dataset = state
        .store
        .read(move |tx| dataset(tx, &caller.sandbox, &id))
        .await?;
    let (known, shown) = view_of(&dataset);
    if known != view {
        return Err(catalog::not_found(&format!(
            "dataset view {view} not found"
        )));
    }
    Ok(Json(Value::Object(Map::from_iter([(known, shown)]))))
}

pub(super) async fn of_view(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, view)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let query = Query::parse(query.as_deref().unwrap_or_default(), Noun::File)?;
    let found = state
        .store
        .read(move |tx| -> Result<_, Problem> {
            let dataset = dataset(tx, &caller.sandbox, &id)?;
            if dataset["viewId"] != view.as_str() {
                return Err(catalog::not_found(&format!(
                    "dataset view {view} not found"
                )));
            }
            files(tx, &caller.sandbox, Some(&id))
        })
        .await?;
    Ok(answer(&query, found))
}

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let query = Query::parse(query.as_deref().unwrap_or_default(), Noun::File)?;
    let found = state
        .store
        .read(move |tx| files(tx, &caller.sandbox, None))
        .await?;
    Ok(answer(&query, found))
}

/// Files are found by their dataset, which they don't name.
fn answer(query: &Query, found: Vec<(String, Value)>) -> Json {
    let mut found = query.answer(found);
    for (_, file) in &mut found {
        hide_dataset(file);
    }
    Json(Value::Object(found))
}

fn hide_dataset(file: &mut Value) {
    if let Some(file) = file.as_object_mut() {
        file.shift_remove("dataSetId");
    }
}

pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json, Problem> {
    let wanted = id.clone();
    let found = state
        .store
        .read(move |tx| files(tx, &caller.sandbox, None))
        .await?;
    match found.into_iter().find(|(file, _)| *file == wanted) {
        Some((id, mut file)) => {
            hide_dataset(&mut file);
            Ok(Json(Value::Object(Map::from_iter([(id, file)]))))
        }
        None => Err(catalog::not_found(&format!("dataset file {id} not found"))),
    }
}

fn dataset(tx: &Tx<'_>, sandbox: &str, id: &str) -> Result<Value, Problem> {
    tx.get(kind::DATASET, sandbox, id)?
        .ok_or_else(|| catalog::not_found(&format!("dataset {id} not found")))
}

fn view_of(dataset: &Value) -> (String, Value) {
    let id = dataset["viewId"].as_str().unwrap_or_default().to_owned();
    let mut shown = json!({"isDefault": true, "files": dataset["files"]});
    for key in [
        "version",
        "imsOrg",
        "sandboxId",
        "created",
        "updated",
        "createdClient",
        "createdUser",
        "updatedUser",
    ] {
        shown[key] = dataset[key].clone();
    }
    (id, shown)
}

fn files(
    tx: &Tx<'_>,
    sandbox: &str,
    dataset: Option<&str>,
) -> Result<Vec<(String, Value)>, Problem> {
    let mut found = Vec::new();
    for (batch_id, batch) in tx.entries(kind::BATCH, sandbox, dataset)? {
        if !matches!(batch["status"].as_str(), Some("success" | "active")) {
            continue;
        }
        for (id, file) in tx.entries(kind::DATASET_FILE, sandbox, Some(&batch_id))? {
            let dataset = file["datasetId"].as_str().unwrap_or_default();
            let view = tx
                .get(kind::DATASET, sandbox, dataset)?
                .map(|dataset| dataset["viewId"].clone());
            let mut shown =
                json!({"batchId": batch_id, "dataSetId": dataset, "dataSetViewId": view});
            shown["availableDates"] = if batch["availableDates"].is_object() {
                batch["availableDates"].clone()
            } else {
                json!({})
            };
            for key in ["imsOrg", "createdUser", "createdClient", "updatedUser"] {
                shown[key] = batch[key].clone();
            }
            shown["version"] = json!("1.0.0");
            let made = if batch["completed"].is_null() {
                &batch["updated"]
            } else {
                &batch["completed"]
            };
            shown["created"] = made.clone();
            shown["updated"] = made.clone();
            found.push((id, shown));
        }
    }
    Ok(found)
}
