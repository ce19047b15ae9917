//! `inactive` to `deleted`: a reverted batch loses its files.

use super::discard;
use crate::lake::status::{self, Status};
use crate::routes::{AppState, Job};
use crate::state::{StateError, kind};

pub(super) async fn run(state: &AppState, job: &Job) -> Result<bool, StateError> {
    let (sandbox, id, now) = (job.sandbox.clone(), job.batch.clone(), state.clock.now_ms());
    let blobs = state
        .store
        .write(move |tx| -> Result<Vec<String>, StateError> {
            let Some(mut batch) = tx.get(kind::BATCH, &sandbox, &id)? else {
                return Ok(Vec::new());
            };
            if !status::advance(&mut batch, Status::Deleted, now) {
                return Ok(Vec::new());
            }
            status::store(tx, &sandbox, &batch)?;
            let mut blobs = Vec::new();
            for kind in [kind::DATASET_FILE, kind::META_FILE, kind::FAILED_FILE] {
                for doc in tx.list(kind, &sandbox, Some(&id))? {
                    let key = match doc["id"].as_str() {
                        Some(key) => key.to_owned(),
                        None => format!("{id}/{}", doc["name"].as_str().unwrap_or_default()),
                    };
                    tx.delete(kind, &sandbox, &key)?;
                    blobs.extend(doc["blob"].as_str().map(str::to_owned));
                }
            }
            Ok(blobs)
        })
        .await?;
    discard(state, blobs.iter().map(String::as_str));
    Ok(false)
}
