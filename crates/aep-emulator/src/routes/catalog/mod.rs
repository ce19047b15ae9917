//! Catalog: datasets, batches and their files.

mod batches;
mod condition;
mod datasets;
mod files;
mod query;
mod read;

use axum::Router;
use axum::routing::{get, patch};

use super::AppState;

pub(crate) use datasets::checked as checked_dataset;
pub(crate) use query::Query;

/// Routes below `/data/foundation/catalog`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/dataSets", get(read::list_datasets).post(datasets::create))
        .route(
            "/dataSets/{id}",
            get(read::get_datasets)
                .put(datasets::put)
                .patch(datasets::patch)
                .delete(datasets::delete),
        )
        .route("/v2/dataSets/{id}", patch(datasets::patch_nested))
        .route("/dataSets/{id}/views", get(files::views))
        .route("/dataSets/{id}/views/{view}", get(files::view))
        .route("/dataSets/{id}/views/{view}/files", get(files::of_view))
        .route("/dataSetFiles", get(files::list))
        .route("/dataSetFiles/{id}", get(files::one))
        .route("/batches", get(read::list_batches).post(batches::create))
        .route(
            "/batches/{id}",
            get(read::get_batches)
                .post(batches::create_with_id)
                .put(batches::put)
                .patch(batches::patch)
                .delete(batches::delete),
        )
        .route("/batches/uniques/{field}", get(read::uniques))
        .route("/lastBatches", get(read::last_batches))
}
