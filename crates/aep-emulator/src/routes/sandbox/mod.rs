//! Sandbox management.

use axum::Router;

use super::AppState;

/// Routes below `/data/foundation/sandbox-management`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
