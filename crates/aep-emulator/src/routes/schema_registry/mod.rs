//! Schema Registry.

use axum::Router;

use super::AppState;

/// Routes below `/data/foundation/schemaregistry`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
