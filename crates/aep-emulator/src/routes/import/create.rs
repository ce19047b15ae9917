//! `POST /batches`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::gateway::Caller;
use crate::ids;
use crate::lake::format::InputFormat;
use crate::lake::status;
use crate::problem::{Problem, catalog, import};
use crate::routes::{AppState, Json};
use crate::state::{Tx, kind};

/// Batches by the id their client gave them; external ids are unique.
const EXTERNAL_ID: &str = "external_id";

/// Makes a batch in state `loading`. Its times are 0 in this answer; Catalog has the real ones.
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json,
) -> Result<Response, Problem> {
    let wanted = Wanted::read(&body).map_err(|why| catalog::bad_request(&why))?;
    let now = state.clock.now_ms();
    let answer = state
        .store
        .write(move |tx| make(tx, &caller, wanted, &ids::batch(now), now))
        .await?;
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// Makes a batch under an id that was chosen before, as flows do. Done again it changes nothing.
pub(crate) fn create_batch(
    tx: &Tx<'_>,
    caller: &Caller,
    id: &str,
    body: &Value,
    now: i64,
) -> Result<(), Problem> {
    if tx.get(kind::BATCH, &caller.sandbox, id)?.is_some() {
        return Ok(());
    }
    let wanted = Wanted::read(body).map_err(|why| catalog::bad_request(&why))?;
    make(tx, caller, wanted, id, now).map(drop)
}

/// What the body asks for.
struct Wanted {
    dataset: String,
    input_format: Value,
    external_id: Option<String>,
    replay: Option<Replay>,
    diagnostics: bool,
    percent: Option<Value>,
    tags: Map<String, Value>,
}

struct Replay {
    predecessors: Vec<String>,
    by_external_id: Vec<String>,
    reason: Option<String>,
}

impl Wanted {
    fn read(body: &Value) -> Result<Self, String> {
        if !body.is_object() {
            return Err("the body must be an object".to_owned());
        }
        let dataset = text(body, "datasetId")?
            .filter(|id| !id.is_empty())
            .ok_or("datasetId is missing")?;
        let format = InputFormat::read(&body["inputFormat"])?;
        let mut input_format = match &body["inputFormat"] {
            Value::Null => json!({}),
            given => given.clone(),
        };
        input_format["format"] = json!(format.name());
        let percent = percent(body)?;
        let diagnostics = match &body["enableErrorDiagnostics"] {
            Value::Null => false,
            Value::Bool(flag) => *flag,
            _ => return Err("enableErrorDiagnostics must be a boolean".to_owned()),
        };
        Ok(Self {
            dataset,
            input_format,
            external_id: text(body, "externalId")?.filter(|id| !id.is_empty()),
            replay: replay(&body["replay"])?,
            // Partial ingestion forces diagnostics on.
            diagnostics: diagnostics || percent.is_some(),
            percent,
            tags: tags(&body["tags"])?,
        })
    }
}

fn text(body: &Value, key: &str) -> Result<Option<String>, String> {
    match &body[key] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(format!("{key} must be a string")),
    }
}

/// `partialIngestionPercent` by the documentation; one published client says `partialIngestionPercentage`.
fn percent(body: &Value) -> Result<Option<Value>, String> {
    let value = [
        &body["partialIngestionPercent"],
        &body["partialIngestionPercentage"],
    ]
    .into_iter()
    .find(|value| !value.is_null());
    let Some(value) = value else { return Ok(None) };
    match value.as_f64() {
        Some(percent) if percent > 0.0 && percent <= 100.0 => Ok(Some(value.clone())),
        _ => Err("partialIngestionPercent must be a number above 0 and not above 100".to_owned()),
    }
}

fn tags(value: &Value) -> Result<Map<String, Value>, String> {
    let wrong = || "tags must be a map from strings to arrays of strings".to_owned();
    match value {
        Value::Null => Ok(Map::new()),
        Value::Object(tags) => {
            let is_list = |value: &Value| {
                value
                    .as_array()
                    .is_some_and(|list| list.iter().all(Value::is_string))
            };
            if tags.values().all(is_list) {
                Ok(tags.clone())
            } else {
                Err(wrong())
            }
        }
        _ => Err(wrong()),
    }
}

fn replay(value: &Value) -> Result<Option<Replay>, String> {
    if value.is_null() {
        return Ok(None);
    }
    if !value.is_object() {
        return Err("replay must be an object".to_owned());
    }
    let list = |key: &str| -> Result<Vec<String>, String> {
        let wrong = || format!("replay.{key} must be an array of strings");
        match &value[key] {
            Value::Null => Ok(Vec::new()),
            Value::Array(items) => items
                .iter()
                .map(|item| item.as_str().map(plain).ok_or_else(wrong))
                .collect(),
            _ => Err(wrong()),
        }
    };
    let replay = Replay {
        predecessors: list("predecessors")?,
        by_external_id: list("predecessorsByExternalId")?,
        reason: text(value, "reason")?,
    };
    if replay.predecessors.is_empty() && replay.by_external_id.is_empty() {
        return Err("replay names no predecessors".to_owned());
    }
    Ok(Some(replay))
}

/// Published samples show ids as templates: `$id` and `${id}` mean `id`.
fn plain(id: &str) -> String {
    id.trim_start_matches('$')
        .trim_start_matches('{')
        .trim_end_matches('}')
        .to_owned()
}

fn make(
    tx: &Tx<'_>,
    caller: &Caller,
    wanted: Wanted,
    id: &str,
    now: i64,
) -> Result<Value, Problem> {
    let sandbox = &caller.sandbox;
    let dataset = tx
        .get(kind::DATASET, sandbox, &wanted.dataset)?
        .ok_or_else(|| catalog::not_found(&format!("dataset {} not found", wanted.dataset)))?;
    match dataset["fileDescription"]["format"].as_str() {
        None | Some("" | "parquet") => {}
        Some(_) => return Err(import::wrong_format()),
    }
    if let Some(external) = &wanted.external_id {
        if tx.get(EXTERNAL_ID, sandbox, external)?.is_some() {
            return Err(catalog::bad_request(&format!(
                "a batch with externalId {external} exists already"
            )));
        }
        tx.put(EXTERNAL_ID, sandbox, external, "", &json!({"batch": id}))?;
    }
    let mut batch = json!({
        "id": id,
        "externalId": wanted.external_id.unwrap_or_else(|| id.to_owned()),
        "imsOrg": caller.org,
        "sandboxId": caller.sandbox_id,
        "status": "loading",
        "version": "1.0.0",
        "created": now,
        "updated": now,
        "createdClient": caller.client_id,
        "createdUser": caller.user,
        "updatedUser": caller.user,
        "inputFormat": wanted.input_format,
        "relatedObjects": [{"type": "dataSet", "id": wanted.dataset}],
        "tags": wanted.tags,
    });
    if wanted.diagnostics {
        batch["tags"]["acp_enableErrorDiagnostics"] = json!(true);
    }
    if let Some(percent) = wanted.percent {
        batch["tags"]["acp_partialIngestionPercent"] = percent;
    }
    if let Some(replay) = wanted.replay {
        batch["replay"] = predecessors(tx, sandbox, &wanted.dataset, replay)?;
    }
    status::store(tx, sandbox, &batch)?;
    let mut answer = json!({
        "id": id,
        "imsOrg": caller.org,
        "updated": 0,
        "status": "loading",
        "created": 0,
        "relatedObjects": batch["relatedObjects"],
        "version": "1.0.0",
        "tags": batch["tags"],
        "createdUser": caller.user,
        "updatedUser": caller.user,
        "externalId": batch["externalId"],
        "inputFormat": batch["inputFormat"],
    });
    if batch.get("replay").is_some() {
        answer["replay"] = batch["replay"].clone();
    }
    Ok(answer)
}

/// Predecessors must be batches of the same dataset (emulator choice).
fn predecessors(
    tx: &Tx<'_>,
    sandbox: &str,
    dataset: &str,
    replay: Replay,
) -> Result<Value, Problem> {
    let mut ids = replay.predecessors;
    for external in &replay.by_external_id {
        let found = tx.get(EXTERNAL_ID, sandbox, external)?;
        let id = found
            .as_ref()
            .and_then(|doc| doc["batch"].as_str())
            .unwrap_or(external);
        ids.push(id.to_owned());
    }
    for id in &ids {
        let batch = tx.get(kind::BATCH, sandbox, id)?;
        if batch.as_ref().and_then(status::dataset_of) != Some(dataset) {
            return Err(catalog::bad_request(&format!(
                "predecessor {id} is not a batch of dataset {dataset}"
            )));
        }
    }
    let mut value = json!({"predecessors": ids});
    if let Some(reason) = replay.reason {
        value["reason"] = json!(reason);
    }
    Ok(value)
}
