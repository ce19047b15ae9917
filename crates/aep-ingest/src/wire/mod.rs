//! The calls of the services, one function each: names and values in, JSON out. What an answer means is decided by the
//! folder of the noun, not here, so that the fields of the services reach the caller under their own names.
//!
//! The futures of the generated clients hold a whole attempt of the transport, some ten kilobytes; they are boxed here, so
//! that the futures around them stay small.

pub(crate) mod access;
pub(crate) mod catalog;
pub(crate) mod import;
mod json;
pub(crate) mod ranges;
pub(crate) mod registry;
pub(crate) mod sandbox;

use aep_core::{Error, ErrorKind, Result};
use serde::Serialize;
use serde_json::Value;

pub(crate) use self::json::{Object, number, object, text};

/// An answer of a generated client with the service's own field names, unknown ones included.
pub(crate) fn plain(answer: &impl Serialize) -> Result<Value> {
    serde_json::to_value(answer)
        .map_err(|error| Error::new(ErrorKind::Protocol, "read an answer").because(error))
}

/// A number as the generated clients want it.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
