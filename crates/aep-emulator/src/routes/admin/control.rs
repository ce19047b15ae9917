//! Status, log, reset and stop.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use crate::operations::{OPERATIONS, Service};
use crate::problem::Problem;
use crate::routes::{AppState, Json};
use crate::seed;
use crate::state::{StateError, kind};

/// `GET /status`.
pub(super) async fn status(State(state): State<AppState>) -> Result<Json, Problem> {
    let counted = state
        .store
        .read(|tx| -> Result<Value, StateError> {
            let mut counts = json!({});
            for (name, kind) in [
                ("schemas", kind::SCHEMA),
                ("datasets", kind::DATASET),
                ("batches", kind::BATCH),
            ] {
                counts[name] = json!(tx.list_everywhere(kind)?.len());
            }
            Ok(counts)
        })
        .await?;
    Ok(Json(json!({
        "server": "aep-emulator",
        "instance": state.config.instance,
        "version": env!("CARGO_PKG_VERSION"),
        "url": state.config.url,
        "org": seed::ORG,
        "now": state.clock.now_ms(),
        "clockOffsetMs": state.clock.offset_ms(),
        "faults": state.faults.list().len(),
        "counts": counted,
    })))
}

/// `GET /operations`: the names fault rules go by.
pub(super) async fn operations() -> Json {
    let known: Vec<Value> = OPERATIONS
        .iter()
        .filter(|operation| operation.service != Service::Admin)
        .map(|operation| {
            json!({
                "name": operation.name,
                "service": operation.service.name(),
                "method": operation.method,
                "path": format!("{}{}", operation.service.base(), operation.template),
                "served": operation.served,
            })
        })
        .collect();
    Json(json!(known))
}

/// `GET /requests`.
pub(super) async fn requests(State(state): State<AppState>) -> Json {
    Json(json!(state.log.all()))
}

/// `DELETE /requests`.
pub(super) async fn forget_requests(State(state): State<AppState>) -> StatusCode {
    state.log.clear();
    StatusCode::NO_CONTENT
}

/// `POST /reset`: everything as on the first day, tokens, fault rules and clock included.
pub(super) async fn reset(State(state): State<AppState>) -> Result<Json, Problem> {
    let with_data = state.config.seed;
    let blobs = state
        .store
        .write(move |tx| -> Result<_, StateError> {
            let blobs = tx.blobs()?;
            tx.clear()?;
            seed::fill(tx, jiff::Timestamp::now().as_millisecond(), with_data)?;
            Ok(blobs)
        })
        .await?;
    state.clock.restore(Vec::new());
    state.zone.reset().await;
    state.faults.clear();
    state.log.clear();
    state.engine.notify();
    let files = state.store.files().clone();
    let removed = blobs.len();
    tokio::task::spawn_blocking(move || {
        for blob in blobs {
            if let Err(error) = files.remove(&blob) {
                tracing::warn!(%error, blob, "a file could not be removed; the next start does it");
            }
        }
    })
    .await
    .map_err(|_| StateError::Stopped)?;
    Ok(Json(json!({"status": "reset", "filesRemoved": removed})))
}

/// `POST /stop`: answers, then ends the server.
pub(super) async fn stop(State(state): State<AppState>) -> Response {
    tokio::spawn(async move {
        // The answer goes out first: stopping lets requests under way finish, this one too.
        tokio::task::yield_now().await;
        state.stop.cancel();
    });
    (
        StatusCode::ACCEPTED,
        [(http::header::CONNECTION, "close")],
        Json(json!({"status": "stopping"})),
    )
        .into_response()
}
