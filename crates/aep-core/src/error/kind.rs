//! What sort of thing went wrong.

use std::fmt;

/// The sort of a failure: what callers match on, what the retry loop asks, and what an exit code is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument of the caller is not valid; no request was sent.
    Usage,
    /// The profile is missing or broken, or the set-up cannot work (certificate not trusted, file readable by others).
    Config,
    /// The thing that was asked for does not exist (404, 410).
    NotFound,
    /// The credentials were refused (401, or IMS did not accept the client).
    Unauthorized,
    /// The credentials are known but may not do this (403).
    Forbidden,
    /// Too many requests, still so after the retries (429).
    RateLimited,
    /// The service or the network did not answer, still so after the retries (5xx, connection lost).
    Unavailable,
    /// We stopped waiting for a state to be reached.
    Timeout,
    /// The content was refused: a validation failed, a batch failed, a request body was not accepted (400, 422).
    Rejected,
    /// The state does not allow the change (409, 412, 428), on the server or on this machine.
    Conflict,
    /// A limit of the platform was passed (413, 414).
    Limit,
    /// The caller stopped the work.
    Cancelled,
    /// The answer could not be understood.
    Protocol,
    /// Reading or writing on this machine failed.
    Io,
    /// None of the others.
    Other,
}

impl ErrorKind {
    /// The name in the spelling used by machine-readable output: lower case with underscores.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Config => "config",
            Self::NotFound => "not_found",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Rejected => "rejected",
            Self::Conflict => "conflict",
            Self::Limit => "limit",
            Self::Cancelled => "cancelled",
            Self::Protocol => "protocol",
            Self::Io => "io",
            Self::Other => "other",
        }
    }

    /// The kind that an HTTP status stands for when nothing more is known.
    pub const fn of_status(status: u16) -> Self {
        match status {
            400 | 422 => Self::Rejected,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            408 | 500..=599 => Self::Unavailable,
            409 | 412 | 428 => Self::Conflict,
            413 | 414 => Self::Limit,
            429 => Self::RateLimited,
            200..=399 => Self::Protocol,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
