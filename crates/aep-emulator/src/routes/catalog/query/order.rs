//! `orderBy=asc:created,updated`, `orderBy=name,desc:created`; `sort` is its old name.

use std::cmp::Ordering;

use serde_json::Value;

use crate::problem::{Problem, catalog};
use crate::routes::property::compare;

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
