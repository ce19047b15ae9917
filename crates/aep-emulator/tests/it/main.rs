//! The emulator, driven from outside by a plain HTTP client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::duration_suboptimal_units,
    clippy::print_stderr,
    clippy::wildcard_imports,
    reason = "tests, and a client that is not ours"
)]

mod admin;
mod batch;
mod catalog;
mod conformance;
mod faults;
mod flow_runs;
mod flow_service;
mod gateway;
mod ims;
mod local;
mod registry;
mod sandbox;
mod streaming;
mod support;
mod zone;
