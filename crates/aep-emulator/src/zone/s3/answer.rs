//! Errors in the words of S3, and small conversions.

use std::time::{Duration, UNIX_EPOCH};

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use s3s::dto::{ETag, Timestamp};
use s3s::{S3Error, s3_error};

use crate::state::StateError;
use crate::zone::ZoneError;

pub(super) fn error(error: ZoneError) -> S3Error {
    match error {
        ZoneError::NoFile(_) => s3_error!(NoSuchKey, "the specified key does not exist"),
        ZoneError::NoBucket(_) => s3_error!(NoSuchBucket, "the specified bucket does not exist"),
        other => {
            tracing::error!(
                error = &other as &dyn std::error::Error,
                "the S3 face failed"
            );
            S3Error::internal_error(other)
        }
    }
}

/// What a transaction of the face can end with.
pub(super) enum Failed {
    Zone(ZoneError),
    S3(S3Error),
}

impl From<ZoneError> for Failed {
    fn from(error: ZoneError) -> Self {
        Self::Zone(error)
    }
}

impl From<StateError> for Failed {
    fn from(error: StateError) -> Self {
        Self::Zone(error.into())
    }
}

impl From<S3Error> for Failed {
    fn from(error: S3Error) -> Self {
        Self::S3(error)
    }
}

impl From<Failed> for S3Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Zone(failed) => error(failed),
            Failed::S3(error) => error,
        }
    }
}

pub(super) fn time(ms: i64) -> Timestamp {
    let since = Duration::from_millis(u64::try_from(ms).unwrap_or_default());
    Timestamp::from(UNIX_EPOCH + since)
}

pub(super) fn etag(value: &str) -> ETag {
    ETag::Strong(value.to_owned())
}

/// An error answer that no operation made.
pub(super) fn plain(status: StatusCode, code: &str, detail: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{detail}</Message></Error>"
    );
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/xml"),
    );
    response
}

fn retrying(mut response: Response, after: Option<&str>) -> Response {
    if let Some(Ok(value)) = after.map(HeaderValue::from_str) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// What a fault rule says with a status.
pub(crate) fn fault(status: u16, retry_after: Option<&str>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let code = match status.as_u16() {
        403 => "AccessDenied",
        404 => "NoSuchKey",
        503 => "ServiceUnavailable",
        400..=499 => "InvalidRequest",
        _ => "InternalError",
    };
    let detail = "a fault rule of the emulator answered";
    retrying(plain(status, code, detail), retry_after)
}

/// Amazon's way to say that there were too many requests.
pub(crate) fn slow_down(retry_after: Option<&str>) -> Response {
    let detail = "please reduce your request rate";
    retrying(
        plain(StatusCode::SERVICE_UNAVAILABLE, "SlowDown", detail),
        retry_after,
    )
}

/// The answer to a request with an expired key.
pub(crate) fn expired() -> Response {
    plain(
        StatusCode::BAD_REQUEST,
        "ExpiredToken",
        "the provided token has expired",
    )
}
