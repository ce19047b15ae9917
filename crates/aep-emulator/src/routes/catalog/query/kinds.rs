//! Parameters whose values are numbers or truth values.

use crate::problem::{Problem, catalog};

const NUMBERS: &[&str] = &[
    "created",
    "updated",
    "started",
    "completed",
    "recordCount",
    "failedRecordCount",
    "size",
];
const TRUTHS: &[&str] = &["aggregate", "enableErrorDiagnostics", "requestDataSource"];

/// Refuses a value of the wrong kind. Several values, and all but these, are written as for any other filter.
pub(in crate::routes::catalog) fn check(key: &str, value: &str) -> Result<(), Problem> {
    let values = value.strip_prefix('!').unwrap_or(value);
    let is_right = if NUMBERS.contains(&key) {
        values
            .split(',')
            .all(|value| value.trim().parse::<i64>().is_ok())
    } else if TRUTHS.contains(&key) {
        // The published Python client writes `False`.
        ["true", "false"]
            .iter()
            .any(|truth| values.eq_ignore_ascii_case(truth))
    } else {
        true
    };
    if is_right {
        Ok(())
    } else {
        Err(catalog::bad_request(&format!("invalid {key}: {value}")))
    }
}
