//! The chosen files into batches of the lake, through what is behind the import API.

use std::collections::HashSet;
use std::io;

use serde_json::{Value, json};

use super::inputs;
use super::ledger;
use super::select::{BATCH_FILES, storage};
use super::shape::Shape;
use crate::flow::engine::flag;
use crate::flow::engine::work::{Phase, Taken};
use crate::flow::runs::{self, Failure, Stop, Subject};
use crate::mapping;
use crate::routes::import::{abort_batch, complete_batch, create_batch};
use crate::routes::{AppState, Job};
use crate::state::{StateError, kind};

/// Copies what is not copied yet, completes the batches and hands them to the lake.
pub(super) async fn run(state: &AppState, subject: &mut Subject) -> Result<(), Stop> {
    let shape = Shape::read(&subject.source["data"])?;
    let body = batch_body(state, subject, &shape).await?;
    let (caller, batches, now) = (
        subject.caller(),
        subject.work.batches.clone(),
        state.clock.now_ms(),
    );
    let sandbox = subject.sandbox.clone();
    let done: HashSet<String> = state
        .store
        .write(move |tx| -> Result<_, Stop> {
            let mut done = HashSet::new();
            for batch in &batches {
                create_batch(tx, &caller, batch, &body, now)?;
                for (id, _) in tx.entries(kind::UPLOAD, &sandbox, Some(batch))? {
                    done.insert(id);
                }
            }
            Ok(done)
        })
        .await?;
    for (at, file) in subject.work.files.iter().enumerate() {
        let Some(batch) = subject.work.batches.get(at / BATCH_FILES) else {
            break;
        };
        if !done.contains(&format!("{batch}/{}", file.key)) {
            one(state, subject, &shape, batch, file).await?;
        }
    }
    complete(state, subject).await
}

/// What the import API would be sent.
async fn batch_body(state: &AppState, subject: &Subject, shape: &Shape) -> Result<Value, Stop> {
    let params = &subject.target["params"];
    let dataset = params["dataSetId"]
        .as_str()
        .or_else(|| params["datasetId"].as_str());
    let options = &subject.flow["options"];
    let mut body = json!({
        "datasetId": dataset,
        "inputFormat": shape.format,
        "tags": {"flowId": [subject.flow_id()], "flowRunId": [subject.run]},
        "enableErrorDiagnostics": flag(&options["errorDiagnosticsEnabled"]).unwrap_or(false),
    });
    // Numbers come as strings too.
    let percent = match &options["partialIngestionPercent"] {
        Value::String(text) => text.trim().parse::<f64>().ok(),
        other => other.as_f64(),
    };
    if let Some(percent) = percent.filter(|percent| *percent > 0.0) {
        body["partialIngestionPercent"] = json!(percent);
    }
    if let Some((set, version)) = mapping_of(&subject.flow) {
        let (sandbox, id) = (subject.sandbox.clone(), set.clone());
        let known = state
            .store
            .read(move |tx| mapping::find(tx, &sandbox, &id, version))
            .await?;
        let Some(known) = known else {
            let what = format!("mapping set {set} is not in Data Prep");
            return Err(Failure::promotion("MAPPER-2000-400", what).into());
        };
        body["tags"]["aep_sip_mapper"] = json!([
            format!("mapping-set-id:{set}"),
            format!("mapping-set-version:{}", known["version"]),
        ]);
    }
    Ok(body)
}

/// `mappingId` and `mappingVersion` of a flow.
pub(crate) fn mapping_of(flow: &Value) -> Option<(String, Option<u64>)> {
    let all = flow["transformations"].as_array()?;
    let mapping = all.iter().find(|item| item["name"] == "Mapping")?;
    let version = match &mapping["params"]["mappingVersion"] {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    };
    Some((mapping["params"]["mappingId"].as_str()?.to_owned(), version))
}

async fn one(
    state: &AppState,
    subject: &Subject,
    shape: &Shape,
    batch: &str,
    file: &Taken,
) -> Result<(), Stop> {
    let (place, _) = subject.source_place();
    let raw = tempfile::NamedTempFile::new().map_err(StateError::from)?;
    state
        .zone
        .read_to(&place, &file.key, raw.path())
        .await
        .map_err(storage)?;
    let (files, shaping) = (state.store.files().clone(), shape.clone());
    let unpacked = tokio::task::spawn_blocking(move || -> io::Result<_> {
        let mut pending = files.begin()?;
        let size = shaping.unpack(raw.path(), pending.file()?)?;
        let blob = pending.commit()?;
        let own = shaping.own(&files.path(&blob))?;
        Ok((blob, size, own))
    })
    .await
    .map_err(|_| StateError::Stopped)?;
    let (blob, size, own) = match unpacked {
        Ok(unpacked) => unpacked,
        Err(error) => {
            let what = format!("{} could not be unpacked: {error}", file.key);
            return Err(Failure::copy("1005", what).into());
        }
    };
    let mut doc =
        json!({"path": file.key, "size": size, "blob": blob, "state": "done", "ranges": []});
    if let Some(own) = own {
        doc["inputFormat"] = own;
    }
    let (sandbox, batch, key) = (subject.sandbox.clone(), batch.to_owned(), file.key.clone());
    let open = state
        .store
        .write(move |tx| -> Result<bool, StateError> {
            let found = tx.get(kind::BATCH, &sandbox, &batch)?;
            let open = found.is_some_and(|found| found["status"] == "loading");
            if open {
                tx.put(
                    kind::UPLOAD,
                    &sandbox,
                    &format!("{batch}/{key}"),
                    &batch,
                    &doc,
                )?;
            }
            Ok(open)
        })
        .await?;
    if open {
        return Ok(());
    }
    // The next start would sweep it.
    let _ = state.store.files().remove(&blob);
    let what = "somebody ended the batch while it was being filled";
    Err(Failure::copy("1005", what).into())
}

async fn complete(state: &AppState, subject: &mut Subject) -> Result<(), Stop> {
    let now = state.clock.now_ms();
    let (caller, run, mut work) = (subject.caller(), subject.run.clone(), subject.work.clone());
    let inputs = inputs::write(state, &work).await?;
    subject.work = state
        .store
        .write(move |tx| -> Result<_, Stop> {
            for (batch, input) in work.batches.iter().zip(&inputs) {
                inputs::store(tx, &caller.sandbox, batch, input, now)?;
                complete_batch(tx, &caller, batch, now)?;
            }
            work.copied = now;
            work.phase = Phase::Promoting;
            runs::progress(tx, &caller.sandbox, &run, &work, now)?;
            Ok(work)
        })
        .await?;
    for batch in &subject.work.batches {
        // Should the worker be gone, the next start finds the batch by its status.
        let _ = state.worker.send(Job {
            sandbox: subject.sandbox.clone(),
            batch: batch.clone(),
        });
    }
    Ok(())
}

/// A run that failed leaves no open batch. Files that were not copied are left to the next run (emulator choice); those
/// that were, but could not be processed, are not: `RE_TRIGGER` takes them again.
pub(super) async fn undo(
    state: &AppState,
    subject: &Subject,
    release: bool,
) -> Result<(), StateError> {
    let (caller, work, now) = (subject.caller(), subject.work.clone(), state.clock.now_ms());
    let blobs = state
        .store
        .write(move |tx| -> Result<Vec<String>, StateError> {
            let mut blobs = Vec::new();
            for batch in &work.batches {
                blobs.extend(abort_batch(tx, &caller, batch, now).unwrap_or_default());
            }
            if release {
                ledger::remove(tx, &caller.sandbox, &work.flow, &work.files)?;
            }
            Ok(blobs)
        })
        .await?;
    for blob in blobs {
        if let Err(error) = state.store.files().remove(&blob) {
            tracing::warn!(blob, %error, "a file could not be removed");
        }
    }
    Ok(())
}
