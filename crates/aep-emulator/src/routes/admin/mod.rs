//! The emulator's own administration, for loopback callers only.

use axum::Router;
use axum::routing::get;
use serde_json::json;

use super::{AppState, Json};

/// Routes below `/__emulator`.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route(
        "/status",
        get(async || Json(json!({"server": "aep-emulator"}))),
    )
}
