//! Constraints on single values: enum, minimum and maximum, length, and pattern when asked for.

use serde_json::Value;

use super::cell::Cell;
use super::column::{Column, Kind};
use super::diagnose::Cause;

/// Bounds of an XDM `long`: what a JSON number keeps exactly.
const LONG: i64 = 9_007_199_254_740_991;

/// Rules that a value breaks: cause, JSON Schema keyword, message.
pub(crate) fn value(
    column: &Column,
    cell: &Cell,
    patterns: bool,
) -> Vec<(Cause, &'static str, String)> {
    let rules = &column.rules;
    let mut broken = Vec::new();
    if !rules.one_of.is_empty() && !rules.one_of.iter().any(|allowed| is(cell, allowed)) {
        broken.push((
            Cause::Enum,
            "enum",
            format!("{} is not a valid enum value", shown(cell)),
        ));
    }
    if let Some(number) = number(cell) {
        if let Some(least) = rules.minimum.filter(|least| number < *least) {
            broken.push((
                Cause::Range,
                "minimum",
                format!("{} is not greater or equal to {least}", shown(cell)),
            ));
        }
        if let Some(most) = rules.maximum.filter(|most| number > *most) {
            broken.push((
                Cause::Range,
                "maximum",
                format!("{} is not less or equal to {most}", shown(cell)),
            ));
        }
    }
    if let (Kind::Long, Cell::Long(long)) = (&column.kind, cell) {
        if *long > LONG && rules.maximum.is_none() {
            broken.push((
                Cause::Range,
                "maximum",
                format!("{long} is not less or equal to {LONG}"),
            ));
        }
        if *long < -LONG && rules.minimum.is_none() {
            broken.push((
                Cause::Range,
                "minimum",
                format!("{long} is not greater or equal to -{LONG}"),
            ));
        }
    }
    if let Cell::String(text) = cell {
        let length = text.chars().count() as u64;
        if let Some(least) = rules.min_length.filter(|least| length < *least) {
            broken.push((
                Cause::Range,
                "minLength",
                format!("expected minLength: {least}, actual: {length}"),
            ));
        }
        if let Some(most) = rules.max_length.filter(|most| length > *most) {
            broken.push((
                Cause::Range,
                "maxLength",
                format!("expected maxLength: {most}, actual: {length}"),
            ));
        }
        if let Some(pattern) = rules
            .pattern
            .as_ref()
            .filter(|pattern| patterns && !pattern.is_match(text))
        {
            broken.push((
                Cause::Form,
                "pattern",
                format!("string [{text}] does not match pattern {pattern}"),
            ));
        }
    }
    broken
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Double(value) => Some(*value),
        // Bounds are compared as JSON Schema writes them, in floating point.
        #[expect(
            clippy::cast_precision_loss,
            reason = "bounds beyond 2^53 are bounds of the type, checked apart"
        )]
        Cell::Long(value) => Some(*value as f64),
        Cell::Integer(value) => Some((*value).into()),
        Cell::Short(value) => Some((*value).into()),
        Cell::Byte(value) => Some((*value).into()),
        _ => None,
    }
}

fn is(cell: &Cell, allowed: &Value) -> bool {
    match (cell, allowed) {
        (Cell::String(text), Value::String(allowed)) => text == allowed,
        (Cell::Boolean(flag), Value::Bool(allowed)) => flag == allowed,
        (Cell::Date(days), Value::String(allowed)) => {
            super::convert::time::parse_date(allowed) == Some(*days)
        }
        (Cell::DateTime(ms), Value::String(allowed)) => {
            super::convert::time::parse_date_time(allowed) == Some(*ms)
        }
        (cell, Value::Number(allowed)) => {
            number(cell).is_some_and(|number| allowed.as_f64() == Some(number))
        }
        _ => false,
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::String(text) => text.clone(),
        Cell::Double(value) => value.to_string(),
        Cell::Long(value) => value.to_string(),
        Cell::Integer(value) => value.to_string(),
        Cell::Short(value) => value.to_string(),
        Cell::Byte(value) => value.to_string(),
        Cell::Boolean(value) => value.to_string(),
        Cell::Date(days) => super::convert::time::format_date(*days),
        Cell::DateTime(ms) => super::convert::time::format_date_time(*ms),
        _ => "the value".to_owned(),
    }
}
