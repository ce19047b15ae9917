//! `orderBy=asc:created,updated`, `orderBy=name,desc:created`; `sort` is its old name.

use std::cmp::Ordering;

use serde_json::Value;

use crate::problem::{Problem, catalog};

#[derive(Debug)]
pub(super) struct Order {
    field: String,
    descending: bool,
}

pub(super) fn parse(text: &str) -> Result<Vec<Order>, Problem> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once(':') {
            None => Ok(Order {
                field: part.to_owned(),
                descending: false,
            }),
            Some((direction, field)) if !field.is_empty() => {
                match direction.to_ascii_lowercase().as_str() {
                    "asc" => Ok(Order {
                        field: field.to_owned(),
                        descending: false,
                    }),
                    "desc" => Ok(Order {
                        field: field.to_owned(),
                        descending: true,
                    }),
                    _ => Err(catalog::bad_request(&format!(
                        "invalid sort direction {direction}, use asc or desc"
                    ))),
                }
            }
            Some(_) => Err(catalog::bad_request(&format!("invalid orderBy {part}"))),
        })
        .collect()
}

/// Stable; an object without the field comes first when ascending.
pub(super) fn sort(found: &mut [(String, Value)], order: &[Order]) {
    if order.is_empty() {
        return;
    }
    found.sort_by(|(_, a), (_, b)| {
        order
            .iter()
            .map(|by| {
                let ascending = compare(&a[&by.field], &b[&by.field]);
                if by.descending {
                    ascending.reverse()
                } else {
                    ascending
                }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    });
}

/// Numbers by value, everything else by its text; null before all.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(x), Some(y)) => x.total_cmp(&y),
            _ => text(a).cmp(&text(b)),
        },
    }
}

/// A value as a query string spells it.
pub(super) fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
