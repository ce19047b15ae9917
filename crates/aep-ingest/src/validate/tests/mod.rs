//! Tests of whole checks: a schema, a file, findings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::too_many_lines,
    clippy::needless_pass_by_value,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::type_complexity,
    reason = "tests"
)]

mod csv;
mod json;
mod malformed;
mod matrix;
pub(crate) mod oracle;
mod parquet;
mod property;
pub(crate) mod random;
mod sift;
mod sniff;
pub(crate) mod support;
