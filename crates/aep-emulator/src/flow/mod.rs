//! Flows that run: what Flow Service promises, done.
//!
//! The routes write rows (connections, flows, runs); [`engine`] decides when a run is due and takes it up again after a
//! crash, [`runs`] carries it out. [`specs`] is the catalogue.

pub(crate) mod engine;
mod runs;
pub(crate) mod specs;
