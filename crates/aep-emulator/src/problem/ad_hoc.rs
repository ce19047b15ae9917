//! Ad-hoc activation: `{"message": "…"}`.

use serde_json::json;

use super::Problem;

/// Any status.
pub(crate) fn with_status(status: u16, message: &str) -> Problem {
    Problem::new(status, json!({"message": message}))
}
