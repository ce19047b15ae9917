//! Landing zone: containers and credentials.

mod credentials;
mod describe;
mod query;

use axum::Router;
use axum::routing::get;

use super::AppState;

/// Routes below `/data/foundation/connectors/landingzone`.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/", get(describe::describe)).route(
        "/credentials",
        get(credentials::show).post(credentials::refresh),
    )
}
