//! The published conversion table for single values.
//!
//! Which types go together is published. What happens to a value that doesn't fit is not; here only exact conversions
//! are made, and everything else is an error of the row (emulator choice).

use crate::lake::cell::Cell;
use crate::lake::column::Kind;
use crate::lake::convert::time;
use crate::lake::datum::Datum;

/// Why a value was not converted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The table has no conversion between the two types.
    Types,
    /// There is one, but not for this value.
    Value(String),
    /// The text is not of the column's date or date-time form.
    Form(String),
    /// A date-time with a space in place of the `T`.
    Spaced(String),
}

/// Whether the table has a conversion. `from` is a name as [`Datum::type_name`] gives it.
pub(crate) fn allows(from: &str, to: &Kind) -> bool {
    let number_or_text = || {
        matches!(
            to,
            Kind::String | Kind::Byte | Kind::Short | Kind::Integer | Kind::Long | Kind::Double
        )
    };
    match from {
        "String" | "Long" => number_or_text() || matches!(to, Kind::Date | Kind::DateTime),
        "Byte" | "Short" | "Integer" | "Double" => number_or_text(),
        "Date" => matches!(to, Kind::Date),
        "DateTime" => matches!(to, Kind::DateTime),
        "Boolean" => matches!(to, Kind::Boolean),
        "Object" | "Map" => matches!(to, Kind::Object(_) | Kind::Map(_)),
        "Array" => matches!(to, Kind::Array(_)),
        "Null" => true,
        _ => false,
    }
}

/// Converts a single value. Arrays, objects and maps are the caller's.
pub(crate) fn scalar(value: &Datum, to: &Kind) -> Result<Cell, Refusal> {
    match value {
        Datum::Null => Ok(Cell::Null),
        Datum::Text(text) => cell_text(text, to),
        value if !allows(value.type_name(), to) => Err(Refusal::Types),
        Datum::String(text) => from_text(text, to),
        Datum::Byte(value) => from_integer(i64::from(*value), to),
        Datum::Short(value) => from_integer(i64::from(*value), to),
        Datum::Integer(value) => from_integer(i64::from(*value), to),
        Datum::Long(value) => from_integer(*value, to),
        Datum::Double(value) => from_double(*value, to),
        Datum::Huge(text) => from_huge(text, to),
        Datum::Boolean(value) => Ok(Cell::Boolean(*value)),
        Datum::Date(days) => Ok(Cell::Date(*days)),
        Datum::DateTime(ms) => Ok(Cell::DateTime(*ms)),
        Datum::Array(_) | Datum::Object(_) | Datum::Map(_) => Err(Refusal::Types),
    }
}

/// A CSV cell is text, but its digits may also be a Unix time: the one thing published of CSV beyond the table.
fn cell_text(text: &str, to: &Kind) -> Result<Cell, Refusal> {
    match to {
        Kind::Date | Kind::DateTime => match text.parse() {
            Ok(ms) => from_integer(ms, to),
            Err(_) => from_text(text, to),
        },
        _ if allows("String", to) => from_text(text, to),
        _ => Err(Refusal::Types),
    }
}

fn from_text(text: &str, to: &Kind) -> Result<Cell, Refusal> {
    match to {
        Kind::String => Ok(Cell::String(text.to_owned())),
        Kind::Date => time::parse_date(text).map(Cell::Date).ok_or_else(|| {
            Refusal::Form(format!(
                "[{}] is not a valid date. Expected [yyyy-MM-dd]",
                cut(text)
            ))
        }),
        Kind::DateTime => {
            if let Some(ms) = time::parse_date_time(text) {
                Ok(Cell::DateTime(ms))
            } else {
                let message = format!(
                    "[{}] is not a valid date-time. Expected {}",
                    cut(text),
                    time::DATE_TIME_FORMS
                );
                Err(if time::is_spaced(text) {
                    Refusal::Spaced(message)
                } else {
                    Refusal::Form(message)
                })
            }
        }
        Kind::Double => {
            if is_integer(text) {
                return exact_double(text);
            }
            let number = if is_decimal(text) {
                text.parse::<f64>().ok()
            } else {
                None
            };
            match number {
                Some(number) if number.is_finite() => Ok(Cell::Double(number)),
                Some(_) => Err(too_large(text, to)),
                None => Err(Refusal::Value(format!("{} is not a number", shown(text)))),
            }
        }
        _ => {
            let whole = match text.split_once('.') {
                Some((whole, zeros))
                    if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') =>
                {
                    whole
                }
                _ => text,
            };
            if !is_integer(whole) {
                return Err(Refusal::Value(format!(
                    "{} is not a whole number",
                    shown(text)
                )));
            }
            whole.parse().map_or_else(
                |_| Err(too_large(text, to)),
                |number| from_integer(number, to),
            )
        }
    }
}

fn from_integer(value: i64, to: &Kind) -> Result<Cell, Refusal> {
    let refused = || too_large(&value.to_string(), to);
    match to {
        Kind::String => Ok(Cell::String(value.to_string())),
        Kind::Byte => value.try_into().map(Cell::Byte).map_err(|_| refused()),
        Kind::Short => value.try_into().map(Cell::Short).map_err(|_| refused()),
        Kind::Integer => value.try_into().map(Cell::Integer).map_err(|_| refused()),
        Kind::Long => Ok(Cell::Long(value)),
        Kind::Double => exact_double(&value.to_string()),
        Kind::Date => time::date_of_millis(value).map(Cell::Date).ok_or_else(|| {
            Refusal::Value(format!(
                "{value} milliseconds are not the midnight of a day in the years 1 to 9999"
            ))
        }),
        Kind::DateTime if time::is_instant(value) => Ok(Cell::DateTime(value)),
        Kind::DateTime => Err(Refusal::Value(format!(
            "{value} milliseconds are not in the years 1 to 9999"
        ))),
        _ => Err(Refusal::Types),
    }
}

fn from_double(value: f64, to: &Kind) -> Result<Cell, Refusal> {
    match to {
        Kind::Double => Ok(Cell::Double(value)),
        Kind::String => Ok(Cell::String(
            serde_json::Number::from_f64(value)
                .map_or_else(|| value.to_string(), |number| number.to_string()),
        )),
        _ if !value.is_finite() => Err(Refusal::Value(format!("{value} is not a whole number"))),
        _ if value.fract() != 0.0 => Err(Refusal::Value(format!("{value} has a fraction"))),
        // Every whole double prints all of its digits.
        _ => format!("{value:.0}").parse().map_or_else(
            |_| Err(too_large(&value.to_string(), to)),
            |number| from_integer(number, to),
        ),
    }
}

/// A literal beyond 64 bits or beyond floating point.
fn from_huge(text: &str, to: &Kind) -> Result<Cell, Refusal> {
    match to {
        Kind::String => Ok(Cell::String(text.to_owned())),
        Kind::Double if is_integer(text) => exact_double(text),
        _ => Err(too_large(text, to)),
    }
}

fn exact_double(digits: &str) -> Result<Cell, Refusal> {
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() => {
            let given = digits.trim_start_matches('-').trim_start_matches('0');
            let kept = format!("{:.0}", number.abs());
            if kept.trim_start_matches('0') == given {
                Ok(Cell::Double(number))
            } else {
                Err(Refusal::Value(format!(
                    "{} has no exact floating point value",
                    cut(digits)
                )))
            }
        }
        _ => Err(too_large(digits, &Kind::Double)),
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits with a point or an exponent; no `NaN`, no `inf`, no white space.
fn is_decimal(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'))
        && !text.starts_with(['+', 'e', 'E'])
}

fn too_large(value: &str, to: &Kind) -> Refusal {
    Refusal::Value(format!("{} is out of range of {}", cut(value), to.name()))
}

/// A value in a message, of bearable length.
fn cut(text: &str) -> String {
    if text.chars().count() <= 80 {
        text.to_owned()
    } else {
        text.chars().take(77).chain("...".chars()).collect()
    }
}

fn shown(text: &str) -> String {
    format!("{:?}", cut(text))
}

#[cfg(test)]
mod tests;
