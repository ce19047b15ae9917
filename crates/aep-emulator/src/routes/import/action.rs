//! What can be done with a batch: COMPLETE, ABORT, FAIL, REVERT.

use axum::extract::{Path, RawQuery, State};
use http::StatusCode;
use serde_json::{Value, json};

use super::body::blocking;
use crate::gateway::Caller;
use crate::lake::status::{self, Status};
use crate::problem::{Problem, catalog, import};
use crate::routes::{AppState, Job};
use crate::state::{Tx, kind};

/// The value of the query parameter `action`, in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Initialize,
    Complete,
    Abort,
    Fail,
    Revert,
}

/// Reads `action`.
pub(super) fn action_of(query: Option<&str>) -> Result<Action, Problem> {
    let query = query.unwrap_or_default();
    let found = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "action");
    let Some((_, value)) = found else {
        return Err(catalog::bad_request("query parameter action is missing"));
    };
    match value.to_ascii_uppercase().as_str() {
        "INITIALIZE" => Ok(Action::Initialize),
        "COMPLETE" => Ok(Action::Complete),
        "ABORT" => Ok(Action::Abort),
        "FAIL" => Ok(Action::Fail),
        "REVERT" => Ok(Action::Revert),
        _ => Err(catalog::bad_request(&format!("action {value} is unknown"))),
    }
}

/// What follows after the transaction.
enum Then {
    Nothing,
    Process,
    Discard(Vec<String>),
}

/// `POST /batches/{batch}?action=…`: 200 with an empty body.
pub(super) async fn act(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Problem> {
    let action = action_of(query.as_deref())?;
    let now = state.clock.now_ms();
    let job = Job {
        sandbox: caller.sandbox.clone(),
        batch: id.clone(),
    };
    let then = state
        .store
        .write(move |tx| {
            let mut batch = tx
                .get(kind::BATCH, &caller.sandbox, &id)?
                .ok_or_else(|| catalog::not_found(&format!("batch {id} not found")))?;
            batch["updatedUser"] = json!(caller.user);
            match action {
                Action::Complete => complete(tx, &caller, batch, now),
                Action::Abort => end(tx, &caller, batch, Status::Aborted, now),
                Action::Fail => {
                    if Status::of(&batch) != Some(Status::Loading) {
                        return Err(refused(&batch, "failed"));
                    }
                    let description = "The client declared the batch as failed.";
                    batch["errors"] =
                        json!([{"code": format!("err-{now}"), "description": description}]);
                    end(tx, &caller, batch, Status::Failure, now)
                }
                Action::Revert => revert(tx, &caller, batch, now),
                Action::Initialize => Err(catalog::bad_request(
                    "action INITIALIZE is not one for a batch",
                )),
            }
        })
        .await?;
    match then {
        Then::Nothing => {}
        // Should the worker be gone, the next start finds the batch by its status.
        Then::Process => drop(state.worker.send(job)),
        Then::Discard(blobs) => {
            let files = state.store.files().clone();
            blocking(move || blobs.iter().try_for_each(|blob| files.remove(blob))).await?;
            state.engine.batch_ended();
        }
    }
    Ok(StatusCode::OK)
}

fn refused(batch: &Value, what: &str) -> Problem {
    let (id, status) = (
        batch["id"].as_str().unwrap_or_default(),
        batch["status"].as_str().unwrap_or_default(),
    );
    import::wrong_state(&format!("batch {id} is {status} and can't be {what}"))
}

/// Accepted is not ingested: the lake takes the batch from here. Done again it is a success again.
fn complete(tx: &Tx<'_>, caller: &Caller, mut batch: Value, now: i64) -> Result<Then, Problem> {
    match Status::of(&batch) {
        Some(Status::Loading) => {}
        Some(
            Status::Loaded
            | Status::Queued
            | Status::Processing
            | Status::Staging
            | Status::Staged
            | Status::Retrying
            | Status::Stalled
            | Status::Success,
        ) => return Ok(Then::Nothing),
        _ => return Err(refused(&batch, "completed")),
    }
    let id = batch["id"].as_str().unwrap_or_default();
    let uploads = tx.list(kind::UPLOAD, &caller.sandbox, Some(id))?;
    if let Some(open) = uploads.iter().find(|upload| upload["state"] == "open") {
        let path = open["path"].as_str().unwrap_or_default();
        return Err(catalog::bad_request(&format!(
            "large file {path} is not complete"
        )));
    }
    status::advance(&mut batch, Status::Loaded, now);
    status::store(tx, &caller.sandbox, &batch)?;
    Ok(Then::Process)
}

/// COMPLETE of a batch that is not a client's. Done again it changes nothing. The caller hands the batch to the worker.
pub(crate) fn complete_batch(
    tx: &Tx<'_>,
    caller: &Caller,
    id: &str,
    now: i64,
) -> Result<(), Problem> {
    match tx.get(kind::BATCH, &caller.sandbox, id)? {
        Some(batch) => complete(tx, caller, batch, now).map(drop),
        None => Err(catalog::not_found(&format!("batch {id} not found"))),
    }
}

/// ABORT of a batch that is not a client's, in whatever state it is. Answers the blobs that nothing names afterwards.
pub(crate) fn abort_batch(
    tx: &Tx<'_>,
    caller: &Caller,
    id: &str,
    now: i64,
) -> Result<Vec<String>, Problem> {
    let Some(batch) = tx.get(kind::BATCH, &caller.sandbox, id)? else {
        return Ok(Vec::new());
    };
    match end(tx, caller, batch, Status::Aborted, now) {
        Ok(Then::Discard(blobs)) => Ok(blobs),
        Ok(_) | Err(_) => Ok(Vec::new()),
    }
}

/// ABORT and FAIL: nothing of the batch stays.
fn end(
    tx: &Tx<'_>,
    caller: &Caller,
    mut batch: Value,
    status: Status,
    now: i64,
) -> Result<Then, Problem> {
    if !status::advance(&mut batch, status, now) {
        return Err(refused(&batch, "aborted"));
    }
    status::store(tx, &caller.sandbox, &batch)?;
    let id = batch["id"].as_str().unwrap_or_default();
    let mut blobs = Vec::new();
    for upload in tx.list(kind::UPLOAD, &caller.sandbox, Some(id))? {
        let path = upload["path"].as_str().unwrap_or_default();
        tx.delete(kind::UPLOAD, &caller.sandbox, &format!("{id}/{path}"))?;
        blobs.extend(upload["blob"].as_str().map(str::to_owned));
    }
    Ok(Then::Discard(blobs))
}

/// Hidden at once, removed later.
fn revert(tx: &Tx<'_>, caller: &Caller, mut batch: Value, now: i64) -> Result<Then, Problem> {
    if !status::advance(&mut batch, Status::Inactive, now) {
        return Err(refused(&batch, "reverted"));
    }
    status::store(tx, &caller.sandbox, &batch)?;
    Ok(Then::Process)
}
