//! The values of a column against a field.

use std::borrow::Cow;

use ::parquet::file::statistics::Statistics;

use super::input::Input;
use crate::validate::findings::Rule;
use crate::validate::scalar::{self, Source};
use crate::xdm::{Field, Kind, Object};

/// What to check of the values of a column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check<'s> {
    /// The types settle it.
    Nothing,
    /// They are text.
    Utf8,
    /// They are names of fields: the keys of a map that becomes an object.
    Names(&'s Object),
    /// They fit a field.
    Field(&'s Field),
    /// The same, without sign.
    Unsigned(&'s Field),
}

/// A value of a column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'v> {
    Bytes(&'v [u8]),
    Whole(i64),
    /// Beyond what has a sign.
    Wide(u64),
    Double(f64),
    Flag(bool),
}

impl<'s> Check<'s> {
    /// What the types leave open.
    pub(super) fn new(input: Input, field: &'s Field) -> Self {
        let rules = &field.rules;
        let bounded = rules.minimum.is_some() || rules.maximum.is_some() || rules.allowed.is_some();
        let open = match (input, &field.kind) {
            (Input::Text, Kind::String) if !rules.any_for_text() => return Self::Utf8,
            (Input::Whole(bits), Kind::Byte | Kind::Short | Kind::Integer | Kind::Long) => {
                let top = i64::MAX >> (64 - u32::from(bits.clamp(1, 64)));
                rules.allowed.is_some() || rules.whole.0 > -top - 1 || rules.whole.1 < top
            }
            (Input::Unsigned(_), Kind::Byte | Kind::Short | Kind::Integer | Kind::Long) => {
                return Self::Unsigned(field);
            }
            // What is wider than a double's 53 bits may not be a double.
            (Input::Text, _)
            | (Input::Double, Kind::Byte | Kind::Short | Kind::Integer | Kind::Long)
            | (Input::Whole(64) | Input::Unsigned(64), Kind::Number)
            | (Input::Whole(_), Kind::Date | Kind::DateTime) => true,
            (_, Kind::Number) => bounded,
            (_, Kind::String) => rules.any_for_text(),
            (Input::Boolean, _) => rules.allowed.is_some(),
            _ => false,
        };
        match input {
            _ if !open || input == Input::Null => Self::Nothing,
            Input::Unsigned(_) => Self::Unsigned(field),
            _ => Self::Field(field),
        }
    }

    pub(super) fn is_nothing(self) -> bool {
        matches!(self, Self::Nothing)
    }

    pub(super) fn field(self) -> Option<&'s Field> {
        match self {
            Self::Field(field) | Self::Unsigned(field) => Some(field),
            _ => None,
        }
    }

    /// The rule that a value breaks.
    pub(super) fn value(self, value: Value<'_>) -> Option<Rule> {
        match (self, value) {
            (Self::Utf8, Value::Bytes(bytes)) => std::str::from_utf8(bytes)
                .is_err()
                .then_some(Rule::Encoding),
            (Self::Names(object), Value::Bytes(bytes)) => match std::str::from_utf8(bytes) {
                Ok(name) => object.get(name).is_none().then_some(Rule::UnknownField),
                Err(_) => Some(Rule::Encoding),
            },
            (Self::Nothing | Self::Utf8 | Self::Names(_), _) => None,
            (Self::Field(field) | Self::Unsigned(field), value) => against(field, value),
        }
    }

    /// Whether the statistics of a chunk settle its values.
    pub(super) fn settled_by(self, statistics: Option<&Statistics>) -> bool {
        let Self::Field(field) = self else {
            return self.is_nothing();
        };
        // What lies between two good numbers is good, unless there is a list of them. Statistics of
        // doubles leave out NaN, and those of text are cut.
        if field.rules.allowed.is_some() {
            return false;
        }
        let ends = match statistics {
            Some(Statistics::Int32(ends)) => ends
                .min_opt()
                .zip(ends.max_opt())
                .map(|(a, b)| (i64::from(*a), i64::from(*b))),
            Some(Statistics::Int64(ends)) => {
                ends.min_opt().zip(ends.max_opt()).map(|(a, b)| (*a, *b))
            }
            _ => None,
        };
        let good = |value: i64| match field.kind {
            Kind::Byte | Kind::Short | Kind::Integer | Kind::Long => {
                scalar::whole(field, value).is_none()
            }
            Kind::Number => {
                value.unsigned_abs() <= 1 << 53 && scalar::double_of(field, value).is_none()
            }
            Kind::DateTime => scalar::instant(field, value).is_none(),
            _ => false,
        };
        ends.is_some_and(|(low, high)| low <= high && good(low) && good(high))
    }
}

fn against(field: &Field, value: Value<'_>) -> Option<Rule> {
    match (value, &field.kind) {
        (Value::Bytes(bytes), _) => match std::str::from_utf8(bytes) {
            Ok(text) => scalar::text(field, text, Source::Typed),
            Err(_) => Some(Rule::Encoding),
        },
        (Value::Flag(flag), _) => scalar::flag(field, flag),
        (value, Kind::String) => scalar::text(field, &value.show(), Source::Typed),
        (Value::Whole(value), Kind::Number) => scalar::double_of(field, value),
        (Value::Wide(value), Kind::Number) => {
            scalar::text(field, &value.to_string(), Source::Typed)
        }
        (Value::Whole(value), Kind::Date | Kind::DateTime) => scalar::instant(field, value),
        (Value::Double(value), Kind::Number) => scalar::double(field, value),
        (Value::Whole(value), _) => scalar::whole(field, value),
        (Value::Wide(_), _) => Some(Rule::Range),
        (Value::Double(value), _) => {
            if value.fract() != 0.0 || !value.is_finite() {
                Some(Rule::Type)
            } else if value.abs() > 9.0e18 {
                Some(Rule::Range)
            } else {
                #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^63")]
                scalar::whole(field, value as i64)
            }
        }
    }
}

impl<'v> Value<'v> {
    pub(super) fn show(self) -> Cow<'v, str> {
        match self {
            Self::Bytes(bytes) => String::from_utf8_lossy(bytes),
            Self::Whole(value) => value.to_string().into(),
            Self::Wide(value) => value.to_string().into(),
            Self::Double(value) => value.to_string().into(),
            Self::Flag(value) => value.to_string().into(),
        }
    }
}
