//! Lenient reading: the services disagree with their own documents about what is a number and what is text.

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

/// A JSON object whose keys keep the order of the answer.
pub(crate) type Object = Map<String, Value>;

/// Reads an object; anything else is an answer that can't be understood.
pub(crate) fn object(value: Value, operation: &'static str) -> Result<Object> {
    match value {
        Value::Object(object) => Ok(object),
        // an empty list is how some services say that an object is empty
        Value::Array(list) if list.is_empty() => Ok(Object::new()),
        other => Err(Error::new(ErrorKind::Protocol, "understand the answer")
            .with("operation", operation)
            .because(format!("expected an object, found {}", kind_of(&other)))),
    }
}

/// The text of a field, whether it is written as a string or as a number.
pub(crate) fn text(object: &Object, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The number of a field, whether it is written as a number or as a string.
pub(crate) fn number(object: &Object, key: &str) -> Option<u64> {
    match object.get(key)? {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => text.trim().replace(',', "").parse().ok(),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the bounds are checked"
)]
fn whole(number: f64) -> Option<u64> {
    (number.is_finite() && (0.0..9.0e18).contains(&number)).then_some(number as u64)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_written() {
        let Value::Object(object) =
            json!({"a": 5, "b": "5", "c": 5.0, "d": "1,342,576", "e": -1, "f": "x", "g": null})
        else {
            unreachable!("an object")
        };
        let read: Vec<Option<u64>> = ["a", "b", "c", "d", "e", "f", "g", "h"]
            .map(|key| number(&object, key))
            .to_vec();
        assert_eq!(
            read,
            [
                Some(5),
                Some(5),
                Some(5),
                Some(1_342_576),
                None,
                None,
                None,
                None
            ]
        );
    }

    #[test]
    fn what_is_no_object_is_named() {
        let error = object(json!("x"), "listBatches").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert!(error.report().to_string().contains("found a text"));
    }
}
