//! A specification as an object names it.

use serde::Serialize;

/// The specification that an object was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpecRef<I> {
    /// Its id.
    pub id: I,
    /// Its version, `1.0` today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}
