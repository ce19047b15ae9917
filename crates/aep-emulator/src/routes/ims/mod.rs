//! IMS: tokens for client credentials.

mod token;

use axum::Router;
use axum::routing::post;

use super::AppState;

/// Routes below `/ims`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/token/v3", post(token::issue))
        .route("/token/v2", post(token::issue))
}
