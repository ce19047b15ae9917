//! Batch ingestion: batches, their files, and what can be done with them.

mod action;
mod body;
mod create;
mod large;
mod preview;
mod range;
mod small;
mod target;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};

use super::AppState;

pub(crate) use action::{abort_batch, complete_batch};
pub(crate) use create::create_batch;

/// Routes below `/data/foundation/import`. Bodies of files have limits of their own.
pub(crate) fn router() -> Router<AppState> {
    let files = put(small::upload)
        .post(large::signal)
        .patch(large::chunk)
        .head(large::ask);
    Router::new()
        .route("/batches", post(create::create))
        .route("/batches/{batch}", post(action::act))
        .route(
            "/batches/{batch}/datasets/{dataset}/files/{*path}",
            files.layer(DefaultBodyLimit::disable()),
        )
        .route(
            "/batches/{batch}/datasets/{dataset}/preview",
            get(preview::preview),
        )
}
