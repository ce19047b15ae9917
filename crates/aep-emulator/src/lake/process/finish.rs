//! `staged` to `success` or `failure`: everything becomes visible at once.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{PROMOTION, Verdict, discard, verdict::Kept};
use crate::lake::observe;
use crate::lake::status::{self, Status};
use crate::routes::{AppState, Job};
use crate::state::{StateError, Tx, kind};

pub(super) async fn run(state: &AppState, job: &Job) -> Result<bool, StateError> {
    let (sandbox, id, now) = (job.sandbox.clone(), job.batch.clone(), state.clock.now_ms());
    let unneeded = state
        .store
        .write(move |tx| commit(tx, &sandbox, &id, now))
        .await?;
    discard(state, unneeded.iter().map(String::as_str));
    state.engine.batch_ended();
    Ok(false)
}

/// Answers the blobs that nothing names afterwards.
fn commit(tx: &Tx<'_>, sandbox: &str, id: &str, now: i64) -> Result<Vec<String>, StateError> {
    let Some(mut batch) = tx.get(kind::BATCH, sandbox, id)? else {
        return Ok(Vec::new());
    };
    let verdict: Verdict = match tx.get(PROMOTION, sandbox, id)? {
        Some(doc) => serde_json::from_value(doc)?,
        None => return Ok(Vec::new()),
    };
    let end = if verdict.success {
        Status::Success
    } else {
        Status::Failure
    };
    if !status::advance(&mut batch, end, now) {
        return Ok(Vec::new());
    }
    if !verdict.errors.is_empty() {
        batch["errors"] = Value::Array(verdict.errors.clone());
    }
    if verdict.success {
        batch["metrics"] = verdict.metrics.clone();
        let dataset = status::dataset_of(&batch).unwrap_or_default().to_owned();
        for (n, file) in verdict.files.iter().enumerate() {
            let file_id = format!("{id}-{}", n + 1);
            let mut doc = document(file, now);
            doc["id"] = json!(file_id);
            doc["batchId"] = json!(id);
            doc["datasetId"] = json!(dataset);
            tx.put(kind::DATASET_FILE, sandbox, &file_id, id, &doc)?;
        }
        observed(tx, sandbox, &dataset, &verdict)?;
        replace(tx, sandbox, &batch, now)?;
    }
    let mut unneeded = Vec::new();
    for (kind, files) in [
        (kind::META_FILE, &verdict.meta),
        (kind::FAILED_FILE, &verdict.failed),
    ] {
        for file in files {
            let key = format!("{id}/{}", file.name);
            // Flows have listed their input files before.
            let before = tx.get(kind, sandbox, &key)?;
            unneeded.extend(before.and_then(|doc| doc["blob"].as_str().map(str::to_owned)));
            tx.put(kind, sandbox, &key, id, &document(file, now))?;
        }
    }
    tx.delete(PROMOTION, sandbox, id)?;
    status::store(tx, sandbox, &batch)?;
    let kept: HashSet<&str> = verdict
        .failed
        .iter()
        .map(|file| file.blob.as_str())
        .collect();
    for upload in tx.list(kind::UPLOAD, sandbox, Some(id))? {
        tx.delete(
            kind::UPLOAD,
            sandbox,
            &format!("{id}/{}", upload["path"].as_str().unwrap_or_default()),
        )?;
        unneeded.extend(
            upload["blob"]
                .as_str()
                .filter(|blob| !kept.contains(blob))
                .map(str::to_owned),
        );
    }
    Ok(unneeded)
}

fn document(file: &Kept, now: i64) -> Value {
    json!({
        "name": file.name,
        "length": file.length,
        "records": file.records,
        "blob": file.blob,
        "created": now,
        "updated": now,
        "version": "1.0.0",
    })
}

/// The dataset learns which fields its data really has.
fn observed(
    tx: &Tx<'_>,
    sandbox: &str,
    dataset: &str,
    verdict: &Verdict,
) -> Result<(), StateError> {
    if let Some(mut doc) = tx.get(kind::DATASET, sandbox, dataset)? {
        observe::merge(&mut doc["observableSchema"], verdict.observed.clone());
        if !doc["observableSchema"].is_null() {
            tx.put(kind::DATASET, sandbox, dataset, "", &doc)?;
        }
    }
    Ok(())
}

/// The batches that this one replaces are hidden from now on.
fn replace(tx: &Tx<'_>, sandbox: &str, batch: &Value, now: i64) -> Result<(), StateError> {
    let predecessors = batch["replay"]["predecessors"].as_array();
    for old in predecessors.into_iter().flatten().filter_map(Value::as_str) {
        let Some(mut doc) = tx.get(kind::BATCH, sandbox, old)? else {
            continue;
        };
        if status::advance(&mut doc, Status::Inactive, now) {
            doc["tags"]["acp_successor"] = json!([batch["id"]]);
            status::store(tx, sandbox, &doc)?;
        }
    }
    Ok(())
}
