//! `GET /datasets/{dataset}/preview`: the first 100 rows of a dataset.

use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::gateway::Caller;
use crate::lake::preview::stored;
use crate::lake::status::Status;
use crate::operations::Service;
use crate::problem::{self, Problem, catalog};
use crate::routes::{AppState, Json};
use crate::state::kind;

const ROWS: usize = 100;

pub(super) async fn preview(
    State(state): State<AppState>,
    caller: Caller,
    Path(dataset): Path<String>,
) -> Result<Json, Problem> {
    let blobs = state
        .store
        .read(move |tx| -> Result<Vec<String>, Problem> {
            if tx.get(kind::DATASET, &caller.sandbox, &dataset)?.is_none() {
                return Err(catalog::not_found(&format!("dataset {dataset} not found")));
            }
            let (mut blobs, mut rows) = (Vec::new(), 0);
            for batch in tx.list(kind::BATCH, &caller.sandbox, Some(&dataset))? {
                if Status::of(&batch) != Some(Status::Success) {
                    continue;
                }
                for file in tx.list(kind::DATASET_FILE, &caller.sandbox, batch["id"].as_str())? {
                    blobs.push(file["blob"].as_str().unwrap_or_default().to_owned());
                    rows += file["records"].as_u64().unwrap_or_default();
                    if rows >= ROWS as u64 {
                        return Ok(blobs);
                    }
                }
            }
            Ok(blobs)
        })
        .await?;
    let files = state.store.files().clone();
    let rows = tokio::task::spawn_blocking(move || -> Result<Vec<Value>, Problem> {
        let mut rows = Vec::new();
        for blob in blobs {
            let left = ROWS - rows.len();
            let more = stored(&files.path(&blob), left)
                .map_err(|fault| problem::of(Service::DataAccess, 500, &fault.description))?;
            rows.extend(more);
        }
        Ok(rows)
    })
    .await
    .unwrap_or_else(|_| {
        Err(problem::of(
            Service::DataAccess,
            500,
            "the preview was cut off",
        ))
    })?;
    Ok(Json(json!({"data": rows})))
}
