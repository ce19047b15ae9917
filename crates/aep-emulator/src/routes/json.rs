//! JSON bodies, with each service's own words for what is wrong with them.

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use serde_json::Value;

use crate::operations::Service;
use crate::problem::{self, Problem};

/// A JSON request body of media type `application/json` (or one ending in `+json`), or a JSON answer.
#[derive(Debug, Clone)]
pub(crate) struct Json(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let service = request
            .extensions()
            .get::<Service>()
            .copied()
            .unwrap_or(Service::Catalog);
        let media = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(essence);
        match media.as_deref() {
            Some(media) if media == "application/json" || media.ends_with("+json") => {}
            None => {
                return Err(problem::of(
                    service,
                    400,
                    "A valid content-type must be specified",
                ));
            }
            Some(other) => {
                return Err(problem::of(
                    service,
                    415,
                    &format!("media type {other} is not supported"),
                ));
            }
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            problem::of(
                service,
                error.status().as_u16(),
                "the request body could not be read",
            )
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            problem::of(
                service,
                400,
                &format!("the request body is not JSON: {error}"),
            )
        })
    }
}

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        (
            [(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            )],
            self.0.to_string(),
        )
            .into_response()
    }
}

/// A media type without its parameters, in lower case.
pub(crate) fn essence(media: &str) -> String {
    media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}
