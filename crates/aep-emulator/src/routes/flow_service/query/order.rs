//! `orderby=name`, `orderby=-createdAt`, `orderby=+state,-updatedAt`.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::path;
use crate::problem::{Problem, flow};

/// One key of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    path: String,
    descending: bool,
}

/// What objects can be sorted by, each with everything below it.
const FIELDS: &[&str] = &[
    "id",
    "name",
    "description",
    "state",
    "version",
    "etag",
    "createdAt",
    "updatedAt",
    "createdBy",
    "updatedBy",
    "createdClient",
    "updatedClient",
    "providerId",
    "providerRefId",
    "connectionSpec",
    "flowSpec",
    "flowId",
    "baseConnectionId",
    "params",
    "data",
    "scheduleParams",
    "options",
    "metrics",
    "lastRunDetails",
    "lastOperation",
    "attributes",
];

pub(super) fn parse(text: &str) -> Result<Vec<Order>, Problem> {
    text.split(',').map(key).collect()
}

fn key(text: &str) -> Result<Order, Problem> {
    let direction = |detail: &str| flow::coded("1432-400", &format!("orderby {text}: {detail}"));
    // A plus that was sent as it is arrives as a space.
    let (path, descending) = match text.strip_prefix('-') {
        Some(path) => (path, true),
        None => (text.strip_prefix(['+', ' ']).unwrap_or(text), false),
    };
    if path.starts_with(|c: char| !c.is_ascii_alphanumeric() && c != '_') || path.contains(':') {
        return Err(direction("the direction is + or - in front of the field"));
    }
    let top = path.split(['.', '[']).next().unwrap_or_default();
    if !FIELDS.contains(&top) {
        let detail = format!("orderby {text}: no field to sort by");
        return Err(flow::coded("1433-400", &detail));
    }
    Ok(Order {
        path: path.to_owned(),
        descending,
    })
}

/// Sorts; what is equal keeps its order, what lacks a key comes last.
pub(super) fn sort(documents: &mut [Value], order: &[Order]) {
    documents.sort_by(|a, b| {
        order
            .iter()
            .map(|key| key.compare(a, b))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    });
}

impl Order {
    fn compare(&self, a: &Value, b: &Value) -> Ordering {
        let value = |document| {
            path::values(document, &self.path)
                .into_iter()
                .find(|value| !value.is_null())
                .cloned()
        };
        match (value(a), value(b)) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => {
                let ordering = match (a.as_f64(), b.as_f64()) {
                    (Some(a), Some(b)) => a.total_cmp(&b),
                    _ => text(&a).cmp(&text(&b)),
                };
                if self.descending {
                    ordering.reverse()
                } else {
                    ordering
                }
            }
        }
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
