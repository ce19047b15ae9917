//! Sandbox management.

mod create;
mod read;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;

use super::AppState;
use crate::problem;

pub(crate) use read::state_at;

/// Routes below `/data/foundation/sandbox-management`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(read::available))
        .route("/sandboxTypes", get(read::types))
        .route("/sandboxes", get(read::list).post(create::create))
        .route("/sandboxes/{name}", get(read::one))
        .layer(from_fn(json_only))
}

/// The service's document makes `Accept: application/json` mandatory. What it answers otherwise is unpublished.
async fn json_only(request: Request, next: Next) -> Response {
    let accept = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let accepted = accept.split(',').map(super::json::essence);
    if !accepted
        .into_iter()
        .any(|media| matches!(media.as_str(), "application/json" | "application/*" | "*/*"))
    {
        return problem::sandbox::with_status(406, "the Accept header must allow application/json")
            .into_response();
    }
    next.run(request).await
}
