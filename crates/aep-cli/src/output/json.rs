//! JSON documents as text.

use serde_json::Value;

/// Two spaces of indentation, no line break at the end.
pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

/// The same, one level deeper: an item of a list. JSON text has no line break inside a string.
pub(super) fn indented(value: &Value) -> String {
    format!("  {}", pretty(value).replace('\n', "\n  "))
}
