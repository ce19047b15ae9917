//! Tests of whole checks: a schema, a file, findings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod csv;
mod json;
mod parquet;
mod support;
