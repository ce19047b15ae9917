//! One value against one field: the platform's conversion table, then the field's own rules.
//!
//! The table says which type turns into which; how exactly is not published. Here a value passes
//! only if nothing of it would be lost: 1.5 is no whole number, 300 no byte, `"abc"` no number.

use std::fmt::Write as _;

use super::at::shorten;
use super::findings::Rule;
use super::number::{self, Whole};
use super::tally::SHOWN;
use super::time;
use crate::xdm::{Field, Kind, Rules};

/// Where text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A JSON string, or a text column of Parquet: there are other types beside it.
    Typed,
    /// CSV, where text is all there is: Unix milliseconds are written as text too.
    Untyped,
}

/// The rule that this text breaks.
pub(crate) fn text(field: &Field, text: &str, source: Source) -> Option<Rule> {
    match &field.kind {
        Kind::String if field.rules.any_for_text() => text_rules(field, text),
        Kind::String | Kind::Any => None,
        Kind::Long | Kind::Integer | Kind::Short | Kind::Byte => {
            match number::whole_of_text(text) {
                None => Some(Rule::Type),
                Some(Whole::TooWide) => Some(Rule::Range),
                Some(Whole::Fits(value)) => whole(field, value),
            }
        }
        Kind::Number if number::whole(text).is_some() => exact(field, number::exact_double(text)),
        Kind::Number => match number::decimal(text) {
            Some(value) => double(field, value),
            None => Some(Rule::Type),
        },
        Kind::Date if time::is_date(text) => None,
        Kind::DateTime if time::is_date_time(text) => None,
        Kind::Date | Kind::DateTime => match number::whole(text) {
            Some(millis) if source == Source::Untyped => time_of(field, millis),
            _ => Some(Rule::Format),
        },
        Kind::Boolean | Kind::Object(_) | Kind::Array(_) | Kind::Map(_) => Some(Rule::Type),
    }
}

/// The rule that this JSON number breaks; `plain` says that it has neither fraction nor exponent.
pub(crate) fn json_number(field: &Field, raw: &str, plain: bool) -> Option<Rule> {
    match &field.kind {
        Kind::Long | Kind::Integer | Kind::Short | Kind::Byte => {
            match if plain {
                number::whole(raw)
            } else {
                number::whole_of_decimal(raw)
            } {
                None => Some(Rule::Type),
                Some(Whole::TooWide) => Some(Rule::Range),
                Some(Whole::Fits(value)) => whole(field, value),
            }
        }
        Kind::Number => {
            let rules = &field.rules;
            let bounded =
                rules.minimum.is_some() || rules.maximum.is_some() || rules.allowed.is_some();
            // A double holds 15 digits whatever they are.
            if !bounded && plain && raw.len() <= 15 {
                None
            } else if plain {
                exact(field, number::exact_double(raw))
            } else {
                exact(field, number::decimal(raw))
            }
        }
        Kind::Date | Kind::DateTime => match plain.then(|| number::whole(raw)).flatten() {
            None => Some(Rule::Type),
            Some(millis) => time_of(field, millis),
        },
        Kind::String if field.rules.any_for_text() => text_rules(field, raw),
        Kind::String | Kind::Any => None,
        Kind::Boolean | Kind::Object(_) | Kind::Array(_) | Kind::Map(_) => Some(Rule::Type),
    }
}

/// The rule that a number breaks, if a double can hold it at all.
fn exact(field: &Field, value: Option<f64>) -> Option<Rule> {
    match value {
        Some(value) => double(field, value),
        None => Some(Rule::Range),
    }
}

/// The rule that Unix milliseconds break.
fn time_of(field: &Field, millis: Whole) -> Option<Rule> {
    match millis {
        Whole::Fits(millis) => instant(field, millis),
        Whole::TooWide => Some(Rule::Range),
    }
}

/// The rule that Unix milliseconds break in a date or a date-time.
pub(crate) fn instant(field: &Field, millis: i64) -> Option<Rule> {
    if !time::is_instant(millis) {
        Some(Rule::Range)
    } else if matches!(field.kind, Kind::Date) && !time::is_midnight(millis) {
        Some(Rule::Format)
    } else {
        None
    }
}

/// The rule that a whole number breaks in a field of type `number`.
pub(crate) fn double_of(field: &Field, value: i64) -> Option<Rule> {
    exact(field, number::exact_double_of(value))
}

/// The rule that this flag breaks.
pub(crate) fn flag(field: &Field, value: bool) -> Option<Rule> {
    match &field.kind {
        Kind::Boolean => match &field.rules.allowed {
            Some(allowed) if !allowed.has_flag(value) => Some(Rule::Enum),
            _ => None,
        },
        Kind::Any => None,
        _ => Some(Rule::Type),
    }
}

/// The rule that this whole number breaks in a field of a whole type.
pub(crate) fn whole(field: &Field, value: i64) -> Option<Rule> {
    let rules = &field.rules;
    if value < rules.whole.0 || value > rules.whole.1 {
        let (low, high) = field.kind.whole_range().unwrap_or((i64::MIN, i64::MAX));
        return Some(if value < low || value > high {
            Rule::Range
        } else if value < rules.whole.0 {
            Rule::Minimum
        } else {
            Rule::Maximum
        });
    }
    match &rules.allowed {
        #[expect(clippy::cast_precision_loss, reason = "the types end at 2^53")]
        Some(allowed) if !allowed.has_number(value as f64) => Some(Rule::Enum),
        _ => None,
    }
}

/// The rule that this number breaks in a field of type `number`.
pub(crate) fn double(field: &Field, value: f64) -> Option<Rule> {
    let rules = &field.rules;
    // Written so that NaN, which is neither, fails where there is a bound.
    if rules
        .minimum
        .is_some_and(|low| !matches!(value.partial_cmp(&low), Some(order) if order.is_ge()))
    {
        return Some(Rule::Minimum);
    }
    if rules
        .maximum
        .is_some_and(|high| !matches!(value.partial_cmp(&high), Some(order) if order.is_le()))
    {
        return Some(Rule::Maximum);
    }
    match &rules.allowed {
        Some(allowed) if !allowed.has_number(value) => Some(Rule::Enum),
        _ => None,
    }
}

pub(crate) fn text_rules(field: &Field, text: &str) -> Option<Rule> {
    breaks(&field.rules, text)
}

/// The rule for text that this text breaks.
pub(crate) fn breaks(rules: &Rules, text: &str) -> Option<Rule> {
    if rules
        .allowed
        .as_ref()
        .is_some_and(|allowed| !allowed.has_text(text))
    {
        return Some(Rule::Enum);
    }
    if rules.min_length.is_some_and(|low| shorter(text, low)) {
        return Some(Rule::MinLength);
    }
    if rules.max_length.is_some_and(|high| longer(text, high)) {
        return Some(Rule::MaxLength);
    }
    if rules
        .pattern
        .as_ref()
        .is_some_and(|pattern| !pattern.is_match(text))
    {
        return Some(Rule::Pattern);
    }
    if rules.format.as_deref() == Some("uri") && !is_uri(text) {
        return Some(Rule::Format);
    }
    None
}

/// A character has one to four bytes, so most texts are judged without counting.
fn shorter(text: &str, low: u64) -> bool {
    let bytes = text.len() as u64;
    bytes < low || (bytes < low.saturating_mul(4) && (text.chars().count() as u64) < low)
}

fn longer(text: &str, high: u64) -> bool {
    text.len() as u64 > high && text.chars().count() as u64 > high
}

/// A scheme, a colon, and no blanks: what every reader of the RFC agrees on.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        && !rest.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// What a rule of a field expects, for people.
pub(crate) fn expected(field: &Field, rule: Rule) -> String {
    let rules = &field.rules;
    match rule {
        Rule::Enum => {
            let mut out = "one of ".to_owned();
            let list = rules
                .allowed
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            shorten(&mut out, &list, 2 * SHOWN);
            out
        }
        Rule::Range => match field.kind.whole_range() {
            Some((low, high)) => format!("{} between {low} and {high}", field.kind.name()),
            None if matches!(field.kind, Kind::Number) => {
                "number that a double holds exactly".to_owned()
            }
            None => format!("{} in the years 1 to 9999", field.kind.name()),
        },
        Rule::Minimum => format!("at least {}", rules.minimum.unwrap_or_default()),
        Rule::Maximum => format!("at most {}", rules.maximum.unwrap_or_default()),
        Rule::MinLength => format!(
            "at least {} characters",
            rules.min_length.unwrap_or_default()
        ),
        Rule::MaxLength => format!(
            "at most {} characters",
            rules.max_length.unwrap_or_default()
        ),
        Rule::Pattern => {
            let mut out = "text matching ".to_owned();
            shorten(
                &mut out,
                rules
                    .pattern
                    .as_ref()
                    .map(crate::xdm::Pattern::as_str)
                    .unwrap_or_default(),
                SHOWN,
            );
            out
        }
        Rule::Required => format!("{} (required)", type_text(field)),
        Rule::Format if rules.format.is_some() => {
            let mut out = String::new();
            let _ = write!(
                out,
                "text of format {}",
                rules.format.as_deref().unwrap_or_default()
            );
            out
        }
        _ => type_text(field),
    }
}

fn type_text(field: &Field) -> String {
    match field.kind {
        Kind::Long | Kind::Integer | Kind::Short | Kind::Byte => {
            format!("{}, a whole number", field.kind.name())
        }
        Kind::Date => "date as yyyy-MM-dd, or Unix milliseconds of a midnight".to_owned(),
        Kind::DateTime => {
            "date-time as yyyy-MM-dd'T'HH:mm:ss with zone, or Unix milliseconds".to_owned()
        }
        Kind::Boolean => "boolean, true or false".to_owned(),
        _ => field.type_name(),
    }
}
