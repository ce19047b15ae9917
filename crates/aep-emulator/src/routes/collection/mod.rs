//! Streaming ingestion: messages to inlets, one by one or several at once.
//!
//! Rates are not limited. The binary form of JSON that the platform also takes (smile) is refused with 415 (emulator
//! choices).

mod inlet;
mod many;
mod message;
mod one;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;

use super::AppState;

/// Largest request: 1 MB, read as powers of two.
const BYTES: usize = 1024 * 1024;

/// Routes below `/collection`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/batch/{inlet}", post(many::receive))
        .route("/{inlet}", post(one::receive))
        .layer(DefaultBodyLimit::max(BYTES))
}
