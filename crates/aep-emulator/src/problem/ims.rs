//! IMS: OAuth 2 errors, status 400.

use serde_json::json;

use super::Problem;

fn oauth(status: u16, error: &str, description: &str) -> Problem {
    Problem::new(
        status,
        json!({"error": error, "error_description": description}),
    )
}

/// The client secret is not this client's.
pub(crate) fn bad_secret() -> Problem {
    oauth(400, "invalid_client", "invalid client_secret parameter")
}

/// No such client.
pub(crate) fn bad_client() -> Problem {
    oauth(400, "invalid_client", "invalid client_id parameter")
}

/// A scope the client may not ask for.
pub(crate) fn bad_scope(scope: &str) -> Problem {
    oauth(400, "invalid_scope", &format!("invalid scope: {scope}"))
}

/// Another grant than `client_credentials` (body: emulator choice).
pub(crate) fn bad_grant(grant: &str) -> Problem {
    oauth(
        400,
        "unsupported_grant_type",
        &format!("grant_type {grant} is not supported, use client_credentials"),
    )
}

/// A mandatory field is missing (body: emulator choice).
pub(crate) fn missing(field: &str) -> Problem {
    oauth(
        400,
        "invalid_request",
        &format!("missing {field} parameter"),
    )
}

/// Any other status.
pub(crate) fn plain(status: u16, description: &str) -> Problem {
    let error = if status >= 500 {
        "server_error"
    } else {
        "invalid_request"
    };
    oauth(status, error, description)
}
