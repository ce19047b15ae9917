//! Flows that run: what Flow Service promises, done.
//!
//! The routes write rows (connections, flows, runs); [`engine`] decides when a run is due and takes it up again after a
//! crash, [`runs`] carries it out: files into the lake by [`ingest`], datasets out of it by [`export`]. [`specs`] is the
//! catalogue.

pub(crate) mod engine;
mod export;
mod ingest;
mod runs;
pub(crate) mod specs;

pub(crate) use ingest::mapping_of;
