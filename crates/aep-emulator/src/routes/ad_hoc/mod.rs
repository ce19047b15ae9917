//! Ad-hoc activation: dataset exports on demand.

mod run;

use axum::Router;
use axum::routing::post;

use super::AppState;

/// Routes below `/data/core/activation/disflowprovider`.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/adhocrun", post(run::start))
}
