//! JSON bodies of Flow Service.

use axum::body::Body as RawBody;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::problem::{Problem, flow};
use crate::routes::Json;

/// A JSON body; one that is empty has a code of its own.
#[derive(Debug)]
pub(super) struct Body(pub(super) Value);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::new(body), state)
            .await
            .map_err(|error| {
                flow::with_status(
                    error.status().as_u16(),
                    "the request body could not be read",
                )
            })?;
        if bytes.trim_ascii().is_empty() {
            return Err(flow::coded("1405-400", "the request body is empty"));
        }
        let whole = Request::from_parts(parts, RawBody::from(bytes));
        Json::from_request(whole, state)
            .await
            .map(|Json(value)| Self(value))
    }
}

impl Body {
    /// The body of a create call or a search.
    pub(super) fn object(self) -> Result<Map<String, Value>, Problem> {
        match self.0 {
            Value::Object(map) => Ok(map),
            _ => Err(flow::coded("1452-400", "the body must be an object")),
        }
    }
}
