//! Lenient reading: the service disagrees with its own document about what is a number and what is text.

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

/// A JSON object whose keys keep the order of the answer.
pub(crate) type Object = Map<String, Value>;

/// Reads an object; anything else is an answer that can't be understood.
pub(crate) fn object(value: Value, what: &'static str) -> Result<Object> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(
            Error::new(ErrorKind::Protocol, format!("understand {what}"))
                .because("it is not an object"),
        ),
    }
}

/// The text of a field, whether it is written as a string or as a number; none if it is empty.
pub(crate) fn text(object: &Object, key: &str) -> Option<String> {
    as_text(object.get(key)?)
}

pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The number of a field, whether it is written as a number or as a string; none if it is negative.
pub(crate) fn number(object: &Object, key: &str) -> Option<u64> {
    as_number(object.get(key)?)
}

pub(crate) fn as_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => text.trim().parse().ok(),
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

/// The fraction of a field, however it is written.
pub(crate) fn fraction(object: &Object, key: &str) -> Option<f64> {
    match object.get(key)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// True or false, whether it is written as such or as text.
pub(crate) fn flag(object: &Object, key: &str) -> Option<bool> {
    as_flag(object.get(key)?)
}

pub(crate) fn as_flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The value behind a chain of field names.
pub(crate) fn at<'a>(object: &'a Object, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(object.get(*first)?, |value, key| value.get(key))
}

/// The object of a field.
pub(crate) fn inner<'a>(object: &'a Object, key: &str) -> Option<&'a Object> {
    object.get(key)?.as_object()
}

/// The texts of a list.
pub(crate) fn texts(object: &Object, key: &str) -> Vec<String> {
    let list = object.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(as_text).collect()
}

/// Puts a field in if there is a value.
pub(crate) fn put(object: &mut Object, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value.into());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_flags_are_read_however_they_are_written() {
        let object = object(
            json!({"a": 5, "b": "5", "c": 5.0, "d": -1, "e": "x", "t": "True", "f": false}),
            "a test",
        )
        .unwrap();
        let read = ["a", "b", "c", "d", "e", "z"].map(|key| number(&object, key));
        assert_eq!(read, [Some(5), Some(5), Some(5), None, None, None]);
        assert_eq!(
            (
                flag(&object, "t"),
                flag(&object, "f"),
                flag(&object, "a"),
                fraction(&object, "b")
            ),
            (Some(true), Some(false), None, Some(5.0))
        );
    }

    #[test]
    fn a_chain_of_names_ends_where_one_is_missing() {
        let object = object(json!({"a": {"b": [1, {"c": 2}]}}), "a test").unwrap();
        assert_eq!(at(&object, &["a", "b"]), Some(&json!([1, {"c": 2}])));
        assert_eq!(at(&object, &["a", "x", "c"]), None);
    }
}
