//! Data Prep: mapping sets, their validation and preview, the words of the expression language.

mod check;
mod document;
mod language;
mod preview;
mod read;
mod write;

use axum::Router;
use axum::routing::{get, post};

use super::AppState;

/// Routes below `/data/foundation/conversion`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/mappingSets", get(read::list).post(write::create))
        .route("/mappingSets/validate", post(check::validate))
        .route("/mappingSets/preview", post(preview::preview))
        .route("/mappingSets/{id}", get(read::one).put(write::replace))
        .route("/mappingSets/{id}/mappings", get(read::mappings))
        .route("/mappingSets/{id}/mappings/{mapping}", get(read::mapping))
        .route("/languages/el/validate", post(language::validate))
        .route("/languages/el/functions", get(language::functions))
        .route("/languages/el/operators", get(language::operators))
}
