//! Values that are one thing: a number, a word, a secret.

use std::fmt::Display;
use std::str::FromStr;

use serde_json::Value;

use super::{Misfit, Read};
use crate::SecretText;

impl Read for SecretText {
    const SCALAR: bool = true;

    /// Whatever it is: what is kept among the unknown fields can be printed.
    fn check(value: &Value) -> Result<(), Misfit> {
        match value {
            Value::Null => Err(Misfit::new("a secret", value)),
            _ => Ok(()),
        }
    }

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Null => None,
            Value::String(text) => Some(Self::from(text)),
            other => Some(Self::from(other.to_string())),
        }
    }
}

/// A value that may be spelled in several ways.
trait Scalar: Sized {
    /// What the value means, if it means one of these.
    fn meant(value: &Value) -> Option<Self>;

    /// What is expected, for the error.
    const EXPECTED: &'static str;
}

macro_rules! read_scalars {
    ($($scalar:ty),*) => {$(
        impl Read for $scalar {
            const SCALAR: bool = true;

            fn check(value: &Value) -> Result<(), Misfit> {
                match Self::meant(value) {
                    Some(_) => Ok(()),
                    None => Err(Misfit::new(Self::EXPECTED, value)),
                }
            }

            fn read(value: Value) -> Option<Self> {
                Self::meant(&value)
            }
        }
    )*};
}

read_scalars!(bool, i32, i64, f64);

impl Read for String {
    const SCALAR: bool = true;

    fn check(value: &Value) -> Result<(), Misfit> {
        match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(()),
            other => Err(Misfit::new("a string", other)),
        }
    }

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        }
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn meant(value: &Value) -> Option<Self> {
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

    fn meant(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64().or_else(|| whole_number(number.as_f64()?)),
            Value::String(text) => parse(text).or_else(|| whole_number(parse(text)?)),
            _ => None,
        }
    }
}

impl Scalar for i32 {
    const EXPECTED: &'static str = "a whole number";

    fn meant(value: &Value) -> Option<Self> {
        i64::meant(value)?.try_into().ok()
    }
}

impl Scalar for f64 {
    const EXPECTED: &'static str = "a number";

    fn meant(value: &Value) -> Option<Self> {
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
fn whole_number(number: f64) -> Option<i64> {
    // 2^53: beyond it a float no longer says which whole number was meant
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and within range"
    )]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}
