//! Ad-hoc activation: dataset exports on demand.

use axum::Router;

use super::AppState;

/// Routes below `/data/core/activation/disflowprovider`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
