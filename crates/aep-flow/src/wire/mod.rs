//! The calls of Flow Service, one function each: names and values in, JSON out. What an answer means is decided by the folder
//! of the noun, not here, so that the fields of the service reach the caller under their own names.
//!
//! The futures of the generated client hold a whole attempt of the transport, some ten kilobytes; they are boxed here, so
//! that the futures around them stay small.

mod action;
mod change;
mod kind;
mod list;
mod listed;
mod next;
mod read;
mod resource;
pub(crate) mod sandbox;
mod search;
mod specs;
mod systems;

use aep_core::{Error, ErrorKind, Result};
use serde::Serialize;
use serde_json::Value;

pub(crate) use action::{action, cancel_run};
pub(crate) use change::{create, delete, update};
pub(crate) use kind::Kind;
pub(crate) use list::{ListQuery, count, list};
pub(crate) use listed::Listed;
pub(crate) use read::get;
pub(crate) use resource::resource;
pub(crate) use search::{Searched, search};
pub(crate) use specs::{
    ConfigQuery, connection_spec, connection_specs, flow_spec, flow_specs, spec_configs,
};
pub(crate) use systems::{connection_configs, explore_connection, explore_spec, test_connection};

/// An answer of the generated client with the service's own field names, unknown ones included.
fn plain(answer: &impl Serialize) -> Result<Value> {
    serde_json::to_value(answer)
        .map_err(|error| Error::new(ErrorKind::Protocol, "read an answer").because(error))
}

/// A number as the generated client wants it.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A condition list as the generated client wants it.
fn some(property: &Vec<String>) -> Option<&Vec<String>> {
    (!property.is_empty()).then_some(property)
}
