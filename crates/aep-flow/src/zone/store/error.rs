//! Failures of the store, in our words.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use aep_core::{Error, ErrorKind};

/// Our own error on its way through `object_store`, which only knows foreign ones.
pub(super) struct Carried(Mutex<Option<Error>>);

impl Carried {
    pub(super) fn new(error: Error) -> Self {
        Self(Mutex::new(Some(error)))
    }

    fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request failed")
    }
}

impl StdError for Carried {}

/// An error of ours as the store's, for tests.
#[cfg(test)]
pub(crate) fn carried(error: Error) -> object_store::Error {
    object_store::Error::Generic {
        store: "test",
        source: Box::new(object_store::client::HttpError::new(
            object_store::client::HttpErrorKind::Unknown,
            Carried::new(error),
        )),
    }
}

/// What the store failed with: our own error if there is one inside, else what `object_store` says.
pub(crate) fn failed(doing: &'static str, error: &object_store::Error) -> Error {
    let mut layer: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(current) = layer {
        if let Some(own) = current.downcast_ref::<Carried>().and_then(Carried::take) {
            return own.rephrase(doing);
        }
        layer = current.source();
    }
    let kind = match error {
        object_store::Error::NotFound { .. } => ErrorKind::NotFound,
        object_store::Error::AlreadyExists { .. }
        | object_store::Error::Precondition { .. }
        | object_store::Error::NotModified { .. } => ErrorKind::Conflict,
        object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. } => ErrorKind::Forbidden,
        object_store::Error::InvalidPath { .. } => ErrorKind::Usage,
        object_store::Error::JoinError { .. } => ErrorKind::Cancelled,
        _ => ErrorKind::Protocol,
    };
    Error::new(kind, doing).because(deepest(error))
}

/// The innermost cause says what happened; the layers above repeat it and may hold addresses.
fn deepest(error: &dyn StdError) -> String {
    let mut layer = error;
    while let Some(source) = layer.source() {
        layer = source;
    }
    layer.to_string()
}

/// The store's code for the failure, such as `NoSuchUpload`.
pub(crate) fn code(error: &Error) -> Option<&str> {
    error.problem()?.code.as_deref()
}

/// Whether other credentials may help. Amazon answers 400 to expired ones, Azure 403; the answer to a HEAD has no code.
pub(super) fn refuses_credentials(error: &Error) -> bool {
    matches!(error.status(), Some(401 | 403))
        || (error.status() == Some(400) && code(error).is_none())
        || matches!(
            code(error),
            Some("ExpiredToken" | "InvalidToken" | "TokenRefreshRequired")
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_error_comes_back_whole() {
        let own = Error::new(ErrorKind::RateLimited, "call it").with("a", "b");
        let foreign = object_store::Error::Generic {
            store: "S3",
            source: Box::new(std::io::Error::other(Carried::new(own))),
        };
        // an io::Error hides what it holds from its chain, so this one is lost, and said to be
        assert_eq!(failed("put it", &foreign).kind(), ErrorKind::Protocol);
        let own = Error::new(ErrorKind::RateLimited, "call it").with("a", "b");
        let foreign = object_store::Error::Generic {
            store: "S3",
            source: Box::new(object_store::client::HttpError::new(
                object_store::client::HttpErrorKind::Unknown,
                Carried::new(own),
            )),
        };
        let error = failed("put it", &foreign);
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(error.to_string(), "could not put it, a `b`");
    }
}
