//! A part of a flow, or why it is not there.

use std::error::Error as _;
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// A part of a flow, or why it is not there. Serialises as the part itself, `null` if the flow has none,
/// `{"missing": true}` if what the flow points at does not exist, or `{"error": "…"}`.
#[derive(Debug, Clone)]
pub enum Part<T> {
    /// The part.
    Known(T),
    /// The flow has no such part.
    None,
    /// The flow points at something that does not exist any more.
    Missing,
    /// It can't be read.
    Unreadable(Arc<Error>),
}

impl<T> Part<T> {
    pub(super) fn of(read: Result<Option<T>>) -> Self {
        match read {
            Ok(Some(part)) => Self::Known(part),
            Ok(None) => Self::None,
            Err(error) if error.kind() == ErrorKind::NotFound => Self::Missing,
            Err(error) => Self::Unreadable(Arc::new(error)),
        }
    }

    /// The part, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(part) => Some(part),
            _ => None,
        }
    }

    /// Whether something is wrong with it.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Missing | Self::Unreadable(_))
    }

    /// The same for something made from the part.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Self::Known(part) => Part::Known(make(part)),
            Self::None => Part::None,
            Self::Missing => Part::Missing,
            Self::Unreadable(error) => Part::Unreadable(error),
        }
    }
}

impl<T: Serialize> Serialize for Part<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = match self {
            Self::Known(part) => return part.serialize(serializer),
            Self::None => return serializer.serialize_none(),
            _ => serializer.serialize_map(Some(1))?,
        };
        match self {
            Self::Unreadable(error) => map.serialize_entry("error", &one_line(error))?,
            _ => map.serialize_entry("missing", &true)?,
        }
        map.end()
    }
}

/// The chain of an error on one line.
fn one_line(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn shown(part: Result<Option<u8>>) -> String {
        serde_json::to_string(&Part::of(part)).unwrap()
    }

    #[test]
    fn a_part_is_shown_as_itself_or_as_what_is_wrong() {
        assert_eq!(shown(Ok(Some(1))), "1");
        assert_eq!(shown(Ok(None)), "null");
        let gone = Error::new(ErrorKind::NotFound, "read it");
        assert_eq!(shown(Err(gone)), r#"{"missing":true}"#);
        let refused = Error::new(ErrorKind::Forbidden, "read it").because("no permission");
        assert_eq!(
            shown(Err(refused)),
            r#"{"error":"could not read it: no permission"}"#
        );
    }
}
