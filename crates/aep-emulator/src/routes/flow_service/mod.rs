//! Flow Service: connections, flows and runs.

use axum::Router;

use super::AppState;

/// Routes below `/data/foundation/flowservice`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
