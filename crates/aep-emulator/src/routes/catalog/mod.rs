//! Catalog: datasets, batches and their files.

mod query;
mod read;

use axum::Router;
use axum::routing::get;

use super::AppState;

/// Routes below `/data/foundation/catalog`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/dataSets", get(read::list_datasets))
        .route("/dataSets/{id}", get(read::get_datasets))
        .route("/batches", get(read::list_batches))
        .route("/batches/{id}", get(read::get_batches))
}
