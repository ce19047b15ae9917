//! The result of the gateway's checks.

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::problem::{self, Problem};

/// Who asks, once all headers were found right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// `LOCAL@AdobeOrg`.
    pub(crate) org: String,
    /// Name of an active sandbox: the header's, or the default one.
    pub(crate) sandbox: String,
    /// The sandbox's id.
    pub(crate) sandbox_id: String,
    /// The client the token was issued to.
    pub(crate) client_id: String,
    /// The technical account behind the client, as `createdUser` shows it.
    pub(crate) user: String,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        // Absent only if a route was mounted outside the guard.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(problem::gateway::token_missing)
    }
}
