//! The crate against the emulator, in one process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod batches;
mod datasets;
mod download;
mod faults;
mod ingest;
mod jobs;
mod large;
mod malformed;
mod paging;
mod refusals;
mod rejects;
mod repair;
mod sandboxes;
mod streaming;
mod support;
