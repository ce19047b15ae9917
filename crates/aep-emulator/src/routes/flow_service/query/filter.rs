//! `property={path}{operator}{value}`.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::path;
use crate::problem::{Problem, flow};

/// One condition.
#[derive(Debug)]
pub(in super::super) struct Filter {
    path: String,
    operator: Operator,
    wanted: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The longer before the shorter. A single `=` is a slip of one published page.
const OPERATORS: [(&str, Operator); 7] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("=", Operator::Equal),
];

impl Filter {
    /// Reads a condition that has been percent-decoded.
    pub(in super::super) fn parse(text: &str) -> Result<Self, Problem> {
        let at = text.find(['=', '!', '<', '>', '~']).ok_or_else(|| {
            flow::coded("1453-400", &format!("malformed filter {text}: no operator"))
        })?;
        let (path, rest) = text.split_at(at);
        let path = path.trim();
        if path.is_empty() {
            let detail = format!("malformed filter {text}: it names no field");
            return Err(flow::coded("1453-400", &detail));
        }
        if rest.starts_with('~') {
            let detail = format!("operator ~ in {text} is not implemented");
            return Err(flow::coded("1440-400", &detail));
        }
        let (operator, value) = OPERATORS
            .iter()
            .find_map(|(sign, operator)| Some((*operator, rest.strip_prefix(sign)?)))
            .filter(|(_, value)| !value.starts_with(['=', '~']))
            .ok_or_else(|| flow::coded("1450-400", &format!("invalid operator in {text}")))?;
        let wanted = split(value);
        if wanted.len() > 1 && operator != Operator::Equal {
            let detail = format!("{text}: only == takes several values");
            return Err(flow::coded("1443-400", &detail));
        }
        Ok(Self {
            path: path.to_owned(),
            operator,
            wanted,
        })
    }

    /// Whether a document passes. Of a list (`[]` in the path), one element is enough.
    pub(in super::super) fn matches(&self, document: &Value) -> bool {
        let found = path::values(document, &self.path);
        // Published examples disagree on the case of a run's status, and on that alone.
        let any_case = self.path.ends_with("statusSummary.status");
        let equal = |value: &Value| {
            self.wanted
                .iter()
                .any(|wanted| is_equal(value, wanted, any_case))
        };
        let ordered = |fits: fn(Ordering) -> bool| {
            let wanted = self.wanted.first().map_or("", String::as_str);
            found
                .iter()
                .any(|value| compare(value, wanted).is_some_and(fits))
        };
        match self.operator {
            Operator::Equal => found.iter().any(|value| equal(value)),
            Operator::NotEqual => !found.iter().any(|value| equal(value)),
            Operator::Less => ordered(Ordering::is_lt),
            Operator::LessOrEqual => ordered(Ordering::is_le),
            Operator::Greater => ordered(Ordering::is_gt),
            Operator::GreaterOrEqual => ordered(Ordering::is_ge),
        }
    }
}

/// Values between commas, each without one pair of quotes around it; a comma within quotes is part of the value.
fn split(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                if let Some(value) = values.last_mut() {
                    value.push(c);
                }
            }
            ',' if !quoted => values.push(String::new()),
            c => {
                if let Some(value) = values.last_mut() {
                    value.push(c);
                }
            }
        }
    }
    values
        .into_iter()
        .map(|value| {
            let bare = value
                .trim()
                .strip_prefix('"')
                .and_then(|value| value.strip_suffix('"'));
            bare.map_or_else(|| value.clone(), str::to_owned)
        })
        .collect()
}

fn is_equal(value: &Value, wanted: &str, any_case: bool) -> bool {
    match value {
        Value::String(text) if any_case => text.eq_ignore_ascii_case(wanted),
        Value::String(text) => text == wanted || text.trim_matches('"') == wanted && is_etag(text),
        Value::Number(number) => number.as_f64() == wanted.trim().parse().ok(),
        Value::Bool(flag) => wanted == if *flag { "true" } else { "false" },
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The quotes around the value of a filter were stripped, those of an etag are part of it.
fn is_etag(text: &str) -> bool {
    text.len() == 38 && text.contains("-0000-0200-0000-")
}

/// Numbers by value, also those that come as text; text by its characters.
fn compare(value: &Value, wanted: &str) -> Option<Ordering> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => return None,
    };
    match (number, wanted.trim().parse::<f64>()) {
        (Some(a), Ok(b)) => a.partial_cmp(&b),
        _ => Some(value.as_str()?.cmp(wanted)),
    }
}
