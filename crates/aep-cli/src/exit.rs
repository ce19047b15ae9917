//! Exit codes: one mapping from the kind of an error, so that scripts can rely on it.

use std::process::ExitCode;

use aep_core::{Error, ErrorKind};

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Success,
    /// Any other failure.
    Failure,
    /// The command line or the configuration is wrong.
    Usage,
    /// What was named does not exist.
    NotFound,
    /// Credentials or permission refused.
    Refused,
    /// Worth trying again later: 429, 5xx or the network, after the retries.
    TryAgain,
    /// The data was rejected: validation, a failed batch or a partial one.
    Rejected,
    /// An `ETag` or a state stands against it.
    Conflict,
    /// Over a limit of the platform.
    Limit,
    /// Waited too long.
    TimedOut,
    /// Interrupted by the person or the system.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Refused => 4,
            Self::TryAgain => 5,
            Self::Rejected => 6,
            Self::Conflict => 7,
            Self::Limit => 8,
            Self::TimedOut => 124,
            Self::Interrupted => 130,
        }
    }

    /// The exit code of an error.
    pub(crate) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Usage | ErrorKind::Config => Self::Usage,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Unauthorized | ErrorKind::Forbidden => Self::Refused,
            ErrorKind::RateLimited | ErrorKind::Unavailable => Self::TryAgain,
            ErrorKind::Timeout => Self::TimedOut,
            ErrorKind::Rejected => Self::Rejected,
            ErrorKind::Conflict => Self::Conflict,
            ErrorKind::Limit => Self::Limit,
            ErrorKind::Cancelled => Self::Interrupted,
            _ => Self::Failure,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_code() {
        let cases = [
            (ErrorKind::Usage, 2),
            (ErrorKind::Config, 2),
            (ErrorKind::NotFound, 3),
            (ErrorKind::Unauthorized, 4),
            (ErrorKind::Forbidden, 4),
            (ErrorKind::RateLimited, 5),
            (ErrorKind::Unavailable, 5),
            (ErrorKind::Timeout, 124),
            (ErrorKind::Rejected, 6),
            (ErrorKind::Conflict, 7),
            (ErrorKind::Limit, 8),
            (ErrorKind::Cancelled, 130),
            (ErrorKind::Protocol, 1),
            (ErrorKind::Io, 1),
            (ErrorKind::Other, 1),
        ];
        for (kind, code) in cases {
            assert_eq!(
                Exit::of(&Error::new(kind, "do it")).code(),
                code,
                "{kind:?}"
            );
        }
    }
}
