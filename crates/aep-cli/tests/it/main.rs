//! The `aep` binary as people and scripts meet it: output, exit codes, and the state that it leaves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests; the environment of the binary is made from the test's own"
)]

mod api;
mod api_call;
mod connections;
mod convert;
mod dlz;
mod documents;
mod dry_run;
mod emulator;
mod errors;
mod flows;
mod formats;
mod guard;
mod help;
mod interrupt;
mod jobs;
mod killed;
mod killed_download;
mod lifecycle;
mod pipe;
mod profiles;
mod progress;
mod reading;
mod readme;
mod rejects;
mod runs;
mod secrets;
mod shells;
mod story;
mod stream;
mod support;
mod validate;
