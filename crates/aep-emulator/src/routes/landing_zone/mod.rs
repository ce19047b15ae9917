//! Landing zone: containers and credentials.

use axum::Router;

use super::AppState;

/// Routes below `/data/foundation/connectors/landingzone`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
