//! Data Access: what a batch left behind, as lists and as bytes.

mod content;
mod diagnostics;
mod files;
mod listing;
mod preview;

use axum::Router;
use axum::routing::get;

use super::AppState;

/// Routes below `/data/foundation/export`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/batches/{batch}/files", get(files::of_batch))
        .route("/batches/{batch}/failed", get(diagnostics::failed))
        .route("/batches/{batch}/meta", get(diagnostics::meta))
        .route("/files/{id}", get(files::one).head(files::head))
        .route("/datasets/{dataset}/preview", get(preview::preview))
}
