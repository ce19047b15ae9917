//! The gateway in front of every service: `{"error_code": "403010", "message": "…"}`.

use http::header::RETRY_AFTER;
use serde_json::json;

use super::Problem;

fn coded(status: u16, code: &str, message: &str) -> Problem {
    Problem::new(status, json!({"error_code": code, "message": message}))
}

/// `Authorization` is missing.
pub(crate) fn token_missing() -> Problem {
    coded(403, "403010", "Oauth token is missing.")
}

/// The token is unknown, revoked or expired.
pub(crate) fn token_invalid() -> Problem {
    coded(401, "401013", "Oauth token is not valid")
}

/// `x-api-key` is missing.
pub(crate) fn key_missing() -> Problem {
    coded(403, "403000", "Api Key is required")
}

/// `x-api-key` names no client.
pub(crate) fn key_invalid() -> Problem {
    coded(403, "403003", "Api Key is invalid")
}

/// `x-gw-ims-org-id` is missing.
pub(crate) fn org_missing() -> Problem {
    coded(400, "400003", "Header x-gw-ims-org-id is missing")
}

/// The token's client does not belong to the organisation.
pub(crate) fn org_refused() -> Problem {
    coded(
        403,
        "403025",
        "The integration is not entitled to this organization",
    )
}

/// Too many requests; whether the real gateway sends `Retry-After` is unknown, so it is a choice of the rule.
pub(crate) fn throttled(retry_after: Option<&str>) -> Problem {
    let problem = coded(429, "429050", "Too many requests");
    match retry_after {
        Some(value) => problem.header(RETRY_AFTER, value),
        None => problem,
    }
}
