//! Reading what services really send.
//!
//! The documents say `integer` and the platform sends `"249058"`; they say list and it sends `null`. Adobe's own examples
//! disagree with Adobe's schemas in two cases out of five, so a field is taken if it can be taken without guessing.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

/// A value that may be spelled in several ways.
pub(crate) trait Scalar: Sized {
    /// What the value means, if it means one of these.
    fn read(value: &Value) -> Option<Self>;

    /// What is expected, for the error.
    const EXPECTED: &'static str;
}

/// A field that holds a string, a number or a boolean, or nothing.
pub(crate) fn scalar<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Scalar,
{
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        value => one(&value).map(Some),
    }
}

/// A list of strings, numbers or booleans. `null` is the empty list, a single value the list of that value.
pub(crate) fn scalars<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Scalar,
{
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Vec::new()),
        Value::Array(values) => values.iter().map(one).collect(),
        value => one(&value).map(|value| vec![value]),
    }
}

/// A list or a map, which is empty if there is `null` in its place.
pub(crate) fn container<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn one<T: Scalar, E: Error>(value: &Value) -> Result<T, E> {
    T::read(value).ok_or_else(|| {
        let found = match value {
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            other => other.to_string(),
        };
        E::custom(format_args!("expected {}, found {found}", T::EXPECTED))
    })
}

impl Scalar for String {
    const EXPECTED: &'static str = "a string";

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        }
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(*value),
            // a boolean that went through Python or a form
            Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }
}

impl Scalar for i64 {
    const EXPECTED: &'static str = "a whole number";

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => parse(text).or_else(|| whole(parse(text)?)),
            _ => None,
        }
    }
}

impl Scalar for i32 {
    const EXPECTED: &'static str = "a whole number";

    fn read(value: &Value) -> Option<Self> {
        i64::read(value)?.try_into().ok()
    }
}

impl Scalar for f64 {
    const EXPECTED: &'static str = "a number";

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => parse(text).filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }
}

fn parse<T: FromStr<Err: Display>>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// `5.0` is a whole number, `5.5` and `1e300` are not.
fn whole(number: f64) -> Option<i64> {
    // 2^53: beyond it a float no longer says which whole number was meant
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and within range"
    )]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::Keyed;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default)]
    struct Row {
        #[serde(deserialize_with = "scalar")]
        length: Option<i64>,
        #[serde(deserialize_with = "scalar")]
        share: Option<f64>,
        #[serde(deserialize_with = "scalar")]
        version: Option<String>,
        #[serde(deserialize_with = "scalar")]
        header: Option<bool>,
        #[serde(deserialize_with = "scalars")]
        rows: Vec<String>,
        #[serde(deserialize_with = "container")]
        tags: Keyed<String, Vec<String>>,
    }

    #[test]
    fn numbers_are_read_from_strings_and_strings_from_numbers() {
        let row: Row = serde_json::from_value(json!({
            "length": "249058", "share": "12.5", "version": 3, "header": "True", "rows": [1, "2-4"]
        }))
        .unwrap();
        assert_eq!(
            row,
            Row {
                length: Some(249_058),
                share: Some(12.5),
                version: Some("3".to_owned()),
                header: Some(true),
                rows: vec!["1".to_owned(), "2-4".to_owned()],
                tags: Keyed::new(),
            }
        );
    }

    #[test]
    fn null_and_nothing_are_the_same() {
        let nulls =
            json!({"length": null, "share": null, "version": null, "rows": null, "tags": null});
        assert_eq!(
            serde_json::from_value::<Row>(nulls).unwrap(),
            Row::default()
        );
        assert_eq!(
            serde_json::from_value::<Row>(json!({})).unwrap(),
            Row::default()
        );
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let error = |value| {
            serde_json::from_value::<Row>(value)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            error(json!({"length": "many"})),
            "expected a whole number, found \"many\""
        );
        assert_eq!(
            error(json!({"length": 5.5})),
            "expected a whole number, found 5.5"
        );
        assert_eq!(
            error(json!({"version": {}})),
            "expected a string, found an object"
        );
        assert_eq!(
            error(json!({"header": 2})),
            "expected true or false, found 2"
        );
    }
}
