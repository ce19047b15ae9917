//! Data Access.

use axum::Router;

use super::AppState;

/// Routes below `/data/foundation/export`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
