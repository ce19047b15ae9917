//! Batch ingestion.

use axum::Router;

use super::AppState;

/// Routes below `/data/foundation/import`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
