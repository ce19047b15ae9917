//! `property=` filters, which Catalog, the Schema Registry and sandbox management share.

use std::cmp::Ordering;

use regex::Regex;
use serde_json::Value;

/// `property=field`, `property=!field` or `property=field{op}value`.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) field: String,
    pub(crate) test: Test,
}

/// What is asked of the field.
#[derive(Debug)]
pub(crate) enum Test {
    Exists,
    Absent,
    Equal(String),
    NotEqual(String),
    Less(String),
    LessOrEqual(String),
    Greater(String),
    GreaterOrEqual(String),
    Matches(Regex),
}

impl Property {
    /// Reads a filter that has been percent-decoded. The error is a sentence for the caller.
    pub(crate) fn parse(filter: &str) -> Result<Self, String> {
        if let Some(field) = filter.strip_prefix('!') {
            return Self::of(filter, field, Test::Absent);
        }
        let Some(at) = filter.find(['=', '!', '<', '>', '~']) else {
            return Self::of(filter, filter, Test::Exists);
        };
        let (field, rest) = filter.split_at(at);
        let test = if let Some(wanted) = rest.strip_prefix("==") {
            Test::Equal(wanted.to_owned())
        } else if let Some(wanted) = rest.strip_prefix("!=") {
            Test::NotEqual(wanted.to_owned())
        } else if let Some(wanted) = rest.strip_prefix("<=") {
            Test::LessOrEqual(wanted.to_owned())
        } else if let Some(wanted) = rest.strip_prefix(">=") {
            Test::GreaterOrEqual(wanted.to_owned())
        } else if let Some(wanted) = rest.strip_prefix('<') {
            Test::Less(wanted.to_owned())
        } else if let Some(wanted) = rest.strip_prefix('>') {
            Test::Greater(wanted.to_owned())
        } else if let Some(pattern) = rest.strip_prefix('~') {
            let regex = Regex::new(pattern).map_err(|_| {
                format!("invalid property filter {filter}: the regular expression cannot be read")
            })?;
            Test::Matches(regex)
        } else {
            return Err(format!(
                "invalid property filter {filter}: operators are == != < <= > >= ~"
            ));
        };
        Self::of(filter, field, test)
    }

    fn of(filter: &str, field: &str, test: Test) -> Result<Self, String> {
        if field.is_empty() || field.contains(['=', '<', '>', '~', '!']) {
            return Err(format!(
                "invalid property filter {filter}: it names no field"
            ));
        }
        Ok(Self {
            field: field.to_owned(),
            test,
        })
    }

    /// Whether a document passes; `equal` compares a value's text with the wanted one. Of a list, one element is enough.
    pub(crate) fn matches(&self, document: &Value, equal: impl Fn(&str, &str) -> bool) -> bool {
        let actual = &document[&self.field];
        let any = |holds: &dyn Fn(&Value) -> bool| match actual {
            Value::Array(items) => items.iter().any(holds),
            Value::Null => false,
            single => holds(single),
        };
        let ordered = |wanted: &String, fits: fn(Ordering) -> bool| {
            let wanted = wanted
                .parse::<f64>()
                .map_or_else(|_| Value::from(wanted.as_str()), Value::from);
            any(&|value| fits(compare(value, &wanted)))
        };
        match &self.test {
            Test::Exists => !actual.is_null(),
            Test::Absent => actual.is_null(),
            Test::Equal(wanted) => any(&|value| equal(&text(value), wanted)),
            Test::NotEqual(wanted) => !any(&|value| equal(&text(value), wanted)),
            Test::Less(wanted) => ordered(wanted, Ordering::is_lt),
            Test::LessOrEqual(wanted) => ordered(wanted, Ordering::is_le),
            Test::Greater(wanted) => ordered(wanted, Ordering::is_gt),
            Test::GreaterOrEqual(wanted) => ordered(wanted, Ordering::is_ge),
            Test::Matches(regex) => any(&|value| regex.is_match(&text(value))),
        }
    }
}

/// Numbers by value, everything else by its text; null before all.
pub(crate) fn compare(a: &Value, b: &Value) -> Ordering {
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
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
