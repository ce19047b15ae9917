//! One value against one field, as a value of the field's type: the platform's conversion table.
//!
//! The verdicts are those of [`crate::validate::scalar`]; here the value comes with them. Nothing is cut: what doesn't
//! fit exactly has no value.

use std::borrow::Cow;

use crate::convert::cells::Value;
use crate::convert::date::{self, Bad};
use crate::convert::mapping::Input;
use crate::validate::findings::Rule;
use crate::validate::number::{self, Whole};
use crate::validate::scalar;
use crate::xdm::{Field, Kind};

/// The value that a field gets, and the rule that it breaks: without a value it can't be written at all.
pub(crate) type Verdict<T> = (Option<T>, Option<Rule>);

fn no<T>(rule: Rule) -> Verdict<T> {
    (None, Some(rule))
}

/// With the decimal sign that numbers have everywhere else.
fn pointed<'t>(text: &'t str, input: &Input) -> Cow<'t, str> {
    match input.decimal {
        Some(sign) if text.contains(sign) && !text.contains('.') => {
            Cow::Owned(text.replacen(sign, ".", 1))
        }
        Some(_) if text.contains('.') => Cow::Borrowed(""),
        _ => Cow::Borrowed(text),
    }
}

pub(crate) fn whole(field: &Field, value: Value<'_>, input: &Input) -> Verdict<i64> {
    let read = match value {
        Value::Text(text) | Value::String(text) if input.decimal.is_some() => {
            number::whole_of_text(&pointed(text, input))
        }
        Value::Text(text) | Value::String(text) => number::whole_of_text(text),
        Value::Number(raw) => number::whole(raw).or_else(|| number::whole_of_decimal(raw)),
        _ => None,
    };
    match read {
        None => no(Rule::Type),
        Some(Whole::TooWide) => no(Rule::Range),
        Some(Whole::Fits(value)) => match scalar::whole(field, value) {
            Some(Rule::Range) => no(Rule::Range),
            rule => (Some(value), rule),
        },
    }
}

pub(crate) fn double(field: &Field, value: Value<'_>, input: &Input) -> Verdict<f64> {
    let read = |text: &str| {
        if number::whole(text).is_some() {
            return number::exact_double(text).ok_or(Rule::Range);
        }
        number::decimal(text).ok_or(Rule::Type)
    };
    let read = match value {
        Value::Text(text) | Value::String(text) if input.decimal.is_some() => {
            read(&pointed(text, input))
        }
        Value::Text(text) | Value::String(text) => read(text),
        Value::Number(raw) => read(raw).map_err(|_| Rule::Range),
        _ => Err(Rule::Type),
    };
    match read {
        Err(rule) => no(rule),
        Ok(value) => (Some(value), scalar::double(field, value)),
    }
}

pub(crate) fn flag(field: &Field, value: Value<'_>, input: &Input) -> Verdict<bool> {
    let read = match (value, &input.words) {
        (Value::Flag(flag), _) => Some(flag),
        (Value::Text(text) | Value::String(text) | Value::Number(text), Some((yes, no))) => {
            if yes.iter().any(|word| word == text) {
                Some(true)
            } else if no.iter().any(|word| word == text) {
                Some(false)
            } else {
                None
            }
        }
        // CSV has nothing but text; a string beside booleans is never one.
        (Value::Text(text), None) if text.eq_ignore_ascii_case("true") => Some(true),
        (Value::Text(text), None) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    };
    match read {
        None => no(Rule::Type),
        Some(flag) => (Some(flag), scalar::flag(field, flag)),
    }
}

pub(crate) fn days(field: &Field, value: Value<'_>, input: &Input) -> Verdict<i32> {
    let read = match (value, &input.format) {
        (Value::Text(text) | Value::String(text) | Value::Number(text), Some(format)) => {
            return match format.days(text) {
                Ok(days) => (Some(days), None),
                Err(_) => no(Rule::Format),
            };
        }
        (Value::Text(text) | Value::String(text), None) => date::days(text),
        _ => None,
    };
    if read.is_some() {
        return (read, None);
    }
    match unix(field, value) {
        Ok(millis) => (i32::try_from(millis.div_euclid(date::DAY)).ok(), None),
        Err(rule) => no(rule),
    }
}

pub(crate) fn millis(field: &Field, value: Value<'_>, input: &Input) -> Verdict<i64> {
    let read = match (value, &input.format) {
        (Value::Text(text) | Value::String(text) | Value::Number(text), Some(format)) => {
            return match format.millis(text) {
                Ok(millis) => (Some(millis), None),
                Err(Bad::Form) => no(Rule::Format),
                Err(Bad::Finer) => no(Rule::Range),
            };
        }
        (Value::Text(text) | Value::String(text), None) => date::millis(text),
        _ => Err(Bad::Form),
    };
    match read {
        Ok(millis) => return (Some(millis), None),
        Err(Bad::Finer) => return no(Rule::Range),
        Err(Bad::Form) => {}
    }
    match unix(field, value) {
        Ok(millis) => (Some(millis), None),
        Err(rule) => no(rule),
    }
}

/// Unix milliseconds, as a number or as the text that a number is in CSV.
fn unix(field: &Field, value: Value<'_>) -> Result<i64, Rule> {
    let (text, or) = match value {
        Value::Text(text) => (text, Rule::Format),
        Value::Number(text) => (text, Rule::Type),
        Value::String(_) => return Err(Rule::Format),
        _ => return Err(Rule::Type),
    };
    match number::whole(text) {
        None => Err(or),
        Some(Whole::TooWide) => Err(Rule::Range),
        Some(Whole::Fits(millis)) => match scalar::instant(field, millis) {
            Some(rule) => Err(rule),
            None => Ok(millis),
        },
    }
}

/// The text of a string field.
pub(crate) fn text<'t>(field: &Field, value: Value<'t>) -> Verdict<&'t str> {
    match value {
        Value::Text(text) | Value::String(text) | Value::Number(text) => {
            let rule = if field.rules.any_for_text() {
                scalar::text_rules(field, text)
            } else {
                None
            };
            (Some(text), rule)
        }
        _ => no(Rule::Type),
    }
}

/// What is expected of a value that has none, for people.
pub(crate) fn expected(field: &Field, rule: Rule, value: Value<'_>, input: &Input) -> String {
    let dated = matches!(field.kind, Kind::Date | Kind::DateTime);
    let mut out = match (&input.format, rule) {
        (Some(format), Rule::Format) => format!("{} as {}", field.kind.name(), format.as_str()),
        (_, Rule::Range) if matches!(field.kind, Kind::DateTime) && !is_number(value) => {
            "date-time with milliseconds at most: finer digits would be lost".to_owned()
        }
        _ => scalar::expected(field, rule),
    };
    if let (Value::Text(text) | Value::String(text), None, Rule::Format, true) =
        (value, &input.format, rule, dated)
        && let Some(readings) = date::readings(text)
    {
        out = format!("{out}; {readings}, say which with `format` in a mapping");
    }
    if matches!(field.kind, Kind::Boolean)
        && let Some((yes, no)) = &input.words
    {
        out = format!("boolean: {} or {}", yes.join(", "), no.join(", "));
    }
    out
}

fn is_number(value: Value<'_>) -> bool {
    number::whole(value.shown()).is_some()
}
