//! The emulator's own administration: `/__emulator/…`, for callers on the same machine only.

mod buckets;
mod clock;
mod control;
mod faults;
mod seed;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use http::header;

use super::AppState;
use crate::operations::Service;
use crate::problem;
use crate::server::Peer;

/// Routes below `/__emulator`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/status", get(control::status))
        .route("/operations", get(control::operations))
        .route(
            "/requests",
            get(control::requests).delete(control::forget_requests),
        )
        .route("/reset", post(control::reset))
        .route("/stop", post(control::stop))
        .route("/clock", get(clock::get).post(clock::set))
        .route(
            "/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        )
        .route("/faults/{id}", delete(faults::remove))
        .route("/buckets", get(buckets::list))
        .route("/buckets/{name}", put(buckets::make))
        .route("/seed", post(seed::load))
        .layer(from_fn(loopback_only))
}

/// A page in someone's browser is on the same machine too, but it says where it comes from.
async fn loopback_only(request: Request, next: Next) -> Response {
    let local = request
        .extensions()
        .get::<Peer>()
        .is_some_and(|peer| peer.0.ip().to_canonical().is_loopback());
    if !local || request.headers().contains_key(header::ORIGIN) {
        return problem::of(
            Service::Admin,
            403,
            "administration is for programs on the same machine",
        )
        .into_response();
    }
    next.run(request).await
}
