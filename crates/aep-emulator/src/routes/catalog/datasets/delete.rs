//! `DELETE /dataSets/{id}`.

use axum::extract::{Path, State};
use http::HeaderMap;

use super::path_of;
use crate::gateway::Caller;
use crate::problem::{Problem, catalog};
use crate::routes::catalog::condition::{check, is_dry};
use crate::routes::{AppState, Json};
use crate::state::kind;

/// The batches stay on record; the data of the dataset goes with it.
pub(in crate::routes::catalog) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    let answer = path_of(&id);
    let blobs = state
        .store
        .write(move |tx| -> Result<Vec<String>, Problem> {
            let sandbox = caller.sandbox.as_str();
            let dataset = tx
                .get(kind::DATASET, sandbox, &id)?
                .ok_or_else(|| catalog::not_found(&format!("dataset {id} not found")))?;
            check(&headers, &dataset)?;
            if dataset["classification"]["managedBy"] == "SYSTEM" {
                return Err(catalog::forbidden(
                    "a dataset of the system cannot be deleted",
                ));
            }
            if is_dry(&headers) {
                return Ok(Vec::new());
            }
            let mut blobs = Vec::new();
            for (batch, _) in tx.entries(kind::BATCH, sandbox, Some(&id))? {
                for (file, document) in tx.entries(kind::DATASET_FILE, sandbox, Some(&batch))? {
                    blobs.extend(document["blob"].as_str().map(str::to_owned));
                    tx.delete(kind::DATASET_FILE, sandbox, &file)?;
                }
            }
            tx.delete(kind::DATASET, sandbox, &id)?;
            let still_named = if blobs.is_empty() {
                std::collections::HashSet::new()
            } else {
                tx.blobs()?
            };
            blobs.retain(|blob| !still_named.contains(blob));
            Ok(blobs)
        })
        .await?;
    let files = state.store.files().clone();
    let removed = tokio::task::spawn_blocking(move || {
        for blob in blobs {
            if let Err(error) = files.remove(&blob) {
                tracing::warn!(%error, blob, "a file could not be removed; the next start does it");
            }
        }
    });
    removed
        .await
        .map_err(|_| crate::state::StateError::Stopped)?;
    Ok(Json(answer))
}
