//! Data Prep: mapping sets.

use axum::Router;

use super::AppState;

/// Routes below `/data/foundation/conversion`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
