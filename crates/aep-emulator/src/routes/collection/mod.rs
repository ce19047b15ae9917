//! Streaming ingestion: messages to inlets.

use axum::Router;

use super::AppState;

/// Routes below `/collection`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
