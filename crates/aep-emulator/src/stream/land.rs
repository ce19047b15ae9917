//! A micro-batch into the lake.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::hour;
use super::sort::{Measure, Sorted, sort};
use super::{Accepted, KIND};
use crate::flow::mapping_of;
use crate::gateway::Caller;
use crate::ids;
use crate::lake::Checker;
use crate::lake::status::{self, Status};
use crate::mapping::{self, Mapper};
use crate::problem::Problem;
use crate::routes::import::{complete_batch, create_batch};
use crate::routes::{AppState, Job};
use crate::state::{Files, StateError, Tx, kind};

/// What the messages of a flow need.
pub(super) struct Target {
    caller: Caller,
    pub(super) measure: Measure,
}

/// Lands messages of one flow: their rows go, batches come.
pub(super) async fn group(
    state: &AppState,
    sandbox: &str,
    flow: &str,
    messages: Vec<Accepted>,
) -> Result<(), StateError> {
    let (place, id) = (sandbox.to_owned(), flow.to_owned());
    let found = state.store.read(move |tx| load(tx, &place, &id)).await?;
    let target = match found {
        Ok(target) => target,
        Err(why) => {
            tracing::warn!(flow, why, "streamed messages have nowhere to go");
            return forget(state, sandbox, messages).await;
        }
    };
    let files = state.store.files().clone();
    let prepared = tokio::task::spawn_blocking(move || -> io::Result<_> {
        let sorted = sort(&messages, &target.measure);
        let good = blob(&files, &sorted.good)?;
        let bad = blob(&files, &sorted.bad)?;
        Ok((messages, target, sorted, good, bad))
    })
    .await
    .map_err(|_| StateError::Stopped)??;
    let (messages, target, sorted, good, bad) = prepared;
    let (now, flow_id) = (state.clock.now_ms(), flow.to_owned());
    let landed = state
        .store
        .write(move |tx| -> Result<Option<String>, Landing> {
            let body = json!({
                "datasetId": target.measure.dataset,
                "inputFormat": {"format": "json"},
                "tags": {"flowId": [flow_id]},
            });
            let caller = &target.caller;
            for message in &messages {
                tx.delete(KIND, &caller.sandbox, &message.xaction_id)?;
            }
            hour::count(tx, &caller.sandbox, &flow_id, &sorted, now)?;
            if let Some(blob) = bad {
                failure(tx, caller, &body, &sorted, &blob, now)?;
            }
            good.map(|blob| success(tx, caller, &body, &sorted, &blob, now))
                .transpose()
        })
        .await;
    match landed {
        Ok(None) => Ok(()),
        Ok(Some(batch)) => {
            // Should the worker be gone, the next start finds the batch by its status.
            let _ = state.worker.send(Job {
                sandbox: sandbox.to_owned(),
                batch,
            });
            Ok(())
        }
        Err(Landing::State(error)) => Err(error),
        Err(Landing::Refused(problem)) => {
            tracing::error!(flow, body = %problem.body, "a micro-batch was refused");
            let (sandbox, flow) = (sandbox.to_owned(), flow.to_owned());
            state
                .store
                .write(move |tx| -> Result<(), StateError> {
                    for (id, _) in tx.entries(KIND, &sandbox, Some(&flow))? {
                        tx.delete(KIND, &sandbox, &id)?;
                    }
                    Ok(())
                })
                .await
        }
    }
}

/// Why a micro-batch was not landed.
enum Landing {
    State(StateError),
    Refused(Problem),
}

impl From<StateError> for Landing {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl From<Problem> for Landing {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

pub(super) fn load(
    tx: &Tx<'_>,
    sandbox: &str,
    flow: &str,
) -> Result<Result<Target, String>, StateError> {
    let Some(flow) = tx.get(kind::FLOW, sandbox, flow)? else {
        return Ok(Err("the flow was deleted".to_owned()));
    };
    let target = flow["targetConnectionIds"][0].as_str().unwrap_or_default();
    let target = tx.get(kind::TARGET_CONNECTION, sandbox, target)?;
    let params = target.map(|mut target| target["params"].take());
    let dataset = params
        .as_ref()
        .and_then(|params| {
            params["dataSetId"]
                .as_str()
                .or(params["datasetId"].as_str())
        })
        .unwrap_or_default()
        .to_owned();
    let schema = tx
        .get(kind::DATASET, sandbox, &dataset)?
        .and_then(|dataset| dataset["schemaRef"]["id"].as_str().map(str::to_owned))
        .unwrap_or_default();
    let Some(checker) = Checker::load(tx, sandbox, &dataset)? else {
        return Ok(Err(format!("dataset {dataset} or its schema is gone")));
    };
    let mapper = match mapping_of(&flow) {
        None => None,
        Some((set, version)) => {
            let Some(found) = mapping::find(tx, sandbox, &set, version)? else {
                return Ok(Err(format!("mapping set {set} is gone")));
            };
            match Mapper::read(&found) {
                Ok(mapper) => Some(mapper),
                Err(errors) => {
                    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                    return Ok(Err(errors.join("; ")));
                }
            }
        }
    };
    let text = |key: &str| flow[key].as_str().unwrap_or_default().to_owned();
    Ok(Ok(Target {
        caller: Caller {
            org: text("imsOrgId"),
            sandbox: sandbox.to_owned(),
            sandbox_id: text("sandboxId"),
            client_id: text("createdClient"),
            user: text("createdBy"),
        },
        measure: Measure {
            checker,
            mapper,
            dataset,
            schema,
        },
    }))
}

async fn forget(
    state: &AppState,
    sandbox: &str,
    messages: Vec<Accepted>,
) -> Result<(), StateError> {
    let sandbox = sandbox.to_owned();
    state
        .store
        .write(move |tx| -> Result<(), StateError> {
            for message in &messages {
                tx.delete(KIND, &sandbox, &message.xaction_id)?;
            }
            Ok(())
        })
        .await
}

/// Puts lines on disk; nothing when there are none.
fn blob(files: &Files, lines: &[u8]) -> io::Result<Option<String>> {
    if lines.is_empty() {
        return Ok(None);
    }
    let mut pending = files.begin()?;
    pending.file()?.write_all(lines)?;
    pending.commit().map(Some)
}

/// The batch of good messages, complete. Answers its id.
fn success(
    tx: &Tx<'_>,
    caller: &Caller,
    body: &Value,
    sorted: &Sorted,
    blob: &str,
    now: i64,
) -> Result<String, Landing> {
    let id = ids::batch(now);
    create_batch(tx, caller, &id, body, now)?;
    let path = "messages.json";
    let doc = json!({
        "path": path,
        "size": sorted.good.len(),
        "blob": blob,
        "state": "done",
        "ranges": [],
    });
    let key = format!("{id}/{path}");
    tx.put(kind::UPLOAD, &caller.sandbox, &key, &id, &doc)?;
    complete_batch(tx, caller, &id, now)?;
    Ok(id)
}

/// The batch of bad messages, at its end.
fn failure(
    tx: &Tx<'_>,
    caller: &Caller,
    body: &Value,
    sorted: &Sorted,
    blob: &str,
    now: i64,
) -> Result<(), Landing> {
    let id = ids::batch(now);
    create_batch(tx, caller, &id, body, now)?;
    let Some(mut batch) = tx.get(kind::BATCH, &caller.sandbox, &id)? else {
        return Ok(());
    };
    batch["errors"] = json!(sorted.errors());
    batch["metrics"] = json!({
        "recordsSize": sorted.bad.len(),
        "inputRecordCount": sorted.failed,
        "outputRecordCount": 0,
        "failedRecordCount": sorted.failed,
        "invalidRecordCount": sorted.failed,
        "invalidRecordsStreamingValidation": sorted.failed,
    });
    status::advance(&mut batch, Status::Failure, now);
    status::store(tx, &caller.sandbox, &batch)?;
    let name = "part-00000-streaming-errors.json";
    let doc = json!({
        "name": name,
        "length": sorted.bad.len(),
        "records": sorted.failed,
        "blob": blob,
        "created": now,
        "updated": now,
        "version": "1.0.0",
    });
    let key = format!("{id}/{name}");
    tx.put(kind::FAILED_FILE, &caller.sandbox, &key, &id, &doc)?;
    Ok(())
}
