//! The crate against the emulator, in one process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod batches;
mod convert;
mod datasets;
mod download;
mod etl;
mod faults;
mod ingest;
mod jobs;
mod lake;
mod large;
mod malformed;
mod matrix;
mod pace;
mod paging;
mod raw;
mod read;
mod refusals;
mod rejects;
mod repair;
mod sandboxes;
mod seed_003;
mod seed_004;
mod shapes;
mod streaming;
mod support;
