//! The calls of Flow Service, one function each: names and values in, JSON out. What an answer means is decided by the folder
//! of the noun, not here, so that the fields of the service reach the caller under their own names.

mod call;
mod next;
mod objects;
mod resource;
pub(crate) mod sandbox;
mod specs;

pub(crate) use next::next;
pub(crate) use objects::{
    Kind, ListQuery, action, count, create, delete, get, list, search, update,
};
pub(crate) use resource::resource;
pub(crate) use specs::{
    ConfigQuery, connection_configs, connection_spec, connection_specs, explore_connection,
    explore_spec, flow_spec, flow_specs, spec_configs, test_connection,
};
