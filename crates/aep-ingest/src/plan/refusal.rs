//! Why files are not sent.

use std::fmt;
use std::path::Path;

use aep_core::ErrorKind;

/// Why one file can't be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The inputs hold no file at all.
    NoFiles,
    /// The file has no bytes; the platform fails such a batch with code 106.
    Empty,
    /// The file alone is over the size of a batch.
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The address of the request would be too long.
    LongAddress {
        /// Characters it would have.
        chars: usize,
        /// The limit.
        limit: usize,
    },
    /// The name can't be part of an address.
    BadName {
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is no such file, or nothing matches the pattern.
    Missing {
        /// The operating system's words, or ours.
        why: String,
    },
    /// The file can't be opened or read.
    Unreadable {
        /// The operating system's words.
        why: String,
    },
    /// The file is over the size of a request and can't be split.
    Unsplittable {
        /// What is in the way.
        why: String,
    },
    /// The bytes are not what the format or the name promises.
    WrongContent {
        /// What was expected and what was found.
        why: String,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFiles => f.write_str("there is no file to send"),
            Self::Empty => f.write_str("the file is empty (0 bytes)"),
            Self::TooLarge { bytes, limit } => write!(
                f,
                "{bytes} bytes are over the limit of a batch, {limit} bytes"
            ),
            Self::LongAddress { chars, limit } => {
                write!(
                    f,
                    "the address would have {chars} characters, the limit is {limit}: use a shorter name"
                )
            }
            Self::BadName { why } => write!(f, "the name can't be used: {why}"),
            Self::Unsplittable { why } => {
                write!(
                    f,
                    "it can't be split: {why}; send it with `--large-files chunk`"
                )
            }
            Self::Missing { why } | Self::Unreadable { why } | Self::WrongContent { why } => {
                f.write_str(why)
            }
        }
    }
}

impl Reason {
    /// The kind of error that this reason is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoFiles | Self::BadName { .. } => ErrorKind::Usage,
            Self::Empty | Self::WrongContent { .. } => ErrorKind::Rejected,
            Self::TooLarge { .. } | Self::LongAddress { .. } | Self::Unsplittable { .. } => {
                ErrorKind::Limit
            }
            Self::Missing { .. } => ErrorKind::NotFound,
            Self::Unreadable { .. } => ErrorKind::Io,
        }
    }
}

/// A file that is not sent, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The file.
    pub path: Box<Path>,
    /// The reason.
    pub reason: Reason,
}

/// All files that can't be sent: nothing was asked of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Vec<Refusal>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, refusal) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            if refusal.path.as_os_str().is_empty() {
                write!(f, "{}", refusal.reason)?;
            } else {
                write!(f, "{}: {}", refusal.path.display(), refusal.reason)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for aep_core::Error {
    fn from(refused: Refused) -> Self {
        let kind = refused
            .0
            .first()
            .map_or(ErrorKind::Usage, |first| first.reason.kind());
        let error = Self::new(kind, "send these files").with("refused", refused.0.len());
        error
            .because(refused)
            .hint("nothing was sent; mend or leave out these files, then run it again")
    }
}
