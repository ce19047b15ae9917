//! Catalog (and Data Access, whose bodies are unpublished): the older problem form.

use super::{Problem, placeholder};

/// 400.
pub(crate) fn bad_request(detail: &str) -> Problem {
    placeholder(400, "BadRequestError", detail)
}

/// 404.
pub(crate) fn not_found(detail: &str) -> Problem {
    placeholder(404, "NotFoundError", detail)
}

/// 403.
pub(crate) fn forbidden(detail: &str) -> Problem {
    placeholder(403, "ForbiddenError", detail)
}

/// 412: the object is not at the version of `If-Match`.
pub(crate) fn precondition(detail: &str) -> Problem {
    placeholder(412, "PreconditionFailedError", detail)
}

/// 422: a change that would leave the dataset unusable.
pub(crate) fn unprocessable(detail: &str) -> Problem {
    placeholder(422, "UnprocessableEntity", detail)
}

/// Any other status, with the title that goes with it.
pub(crate) fn with_status(status: u16, detail: &str) -> Problem {
    let title = match status {
        400 => "BadRequestError",
        403 => "ForbiddenError",
        404 => "NotFoundError",
        405 => "MethodNotAllowedError",
        412 => "PreconditionFailedError",
        413 => "PayloadTooLargeError",
        414 => "URITooLongError",
        415 => "UnsupportedMediaTypeError",
        416 => "RangeNotSatisfiableError",
        422 => "UnprocessableEntity",
        501 => "NotImplementedError",
        503 => "ServiceUnavailableError",
        504 => "GatewayTimeoutError",
        _ => "InternalError",
    };
    placeholder(status, title, detail)
}
