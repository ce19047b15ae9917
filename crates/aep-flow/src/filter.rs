//! Conditions on the fields of what is listed.

use std::fmt;
use std::str::FromStr;

use aep_core::{Error, ErrorKind, Result};

/// A condition on a field: `name==events`, `createdAt>1767225600000`, `sourceConnectionIds[]==a,b`.
///
/// The path is dotted, a step into a list carries `[]`. Several values separated by commas mean any of them and are possible
/// with `==` only (Adobe's documentation of sorting and filtering in Flow Service). Several conditions have to hold together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PropertyFilter {
    path: String,
    op: Op,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Op {
    /// The longer ones first, so that `<=` is not read as `<`.
    const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        Self::LessOrEqual,
        Self::GreaterOrEqual,
        Self::Less,
        Self::Greater,
    ];

    fn text(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

fn wrong(text: &str, why: &'static str) -> Error {
    Error::new(ErrorKind::Usage, "read the filter")
        .with("filter", text)
        .because(why)
        .hint("a filter is a field, one of == != < <= > >=, and a value: name==events")
}

impl PropertyFilter {
    /// The condition that the field compares so with the value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for an operator that Flow Service does not have (`~` is answered with code 1440), an empty path,
    /// or several values with another operator than `==`.
    pub fn new(path: impl Into<String>, op: &str, value: impl fmt::Display) -> Result<Self> {
        let (path, value) = (path.into(), value.to_string());
        let shown = format!("{path}{op}{value}");
        let Some(op) = Op::ALL.into_iter().find(|known| known.text() == op) else {
            return Err(wrong(&shown, "there is no such operator"));
        };
        Self::checked(path, op, value).map_err(|why| wrong(&shown, why))
    }

    fn checked(path: String, op: Op, value: String) -> Result<Self, &'static str> {
        let plain = |c: char| c.is_alphanumeric() || "._-[]:/@$".contains(c);
        if path.is_empty() || !path.chars().all(plain) {
            return Err("it does not begin with the name of a field");
        }
        if value.is_empty() {
            return Err("it has no value");
        }
        if op != Op::Equal && value.contains(',') {
            return Err("several values are possible with == only");
        }
        Ok(Self { path, op, value })
    }

    /// Whether the field is equal to the value.
    pub(crate) fn equal(path: &str, value: impl fmt::Display) -> Self {
        Self {
            path: path.to_owned(),
            op: Op::Equal,
            value: value.to_string(),
        }
    }

    /// Whether the field is equal to one of the values.
    pub(crate) fn any<T: AsRef<str>>(path: &str, values: &[T]) -> Self {
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        Self::equal(path, values.join(","))
    }

    /// Whether the field is at least the value.
    pub(crate) fn at_least(path: &str, value: u64) -> Self {
        Self {
            path: path.to_owned(),
            op: Op::GreaterOrEqual,
            value: value.to_string(),
        }
    }
}

impl fmt::Display for PropertyFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.path, self.op.text(), self.value)
    }
}

impl FromStr for PropertyFilter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some(at) = text.find(['=', '!', '<', '>', '~']) else {
            return Err(wrong(text, "there is no operator in it"));
        };
        let (path, rest) = text.split_at(at);
        let Some(op) = Op::ALL.into_iter().find(|op| rest.starts_with(op.text())) else {
            return Err(wrong(text, "there is no such operator"));
        };
        let value = rest[op.text().len()..].to_owned();
        Self::checked(path.to_owned(), op, value).map_err(|why| wrong(text, why))
    }
}

/// The conditions as they are sent.
pub(crate) fn texts(filters: &[PropertyFilter]) -> Vec<String> {
    filters.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_filter_that_was_read_is_written_the_same(text in "[a-z.\\[\\]]{0,12}[=!<>~]{0,3}.{0,20}") {
            if let Ok(filter) = text.parse::<PropertyFilter>() {
                prop_assert_eq!(filter.to_string(), text);
            }
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in [
            "name==events, nightly",
            "createdAt>=1767225600000",
            "state!=disabled",
            "sourceConnectionIds[]==a,b",
            "metrics.statusSummary.status==failed",
            "createdAt<5",
            "name==a==b",
        ] {
            let filter: PropertyFilter = text.parse().unwrap();
            assert_eq!(filter.to_string(), text);
        }
        let filter = PropertyFilter::new("interval", "<=", 15).unwrap();
        assert_eq!(filter.to_string(), "interval<=15");
    }

    #[test]
    fn what_the_platform_refuses_is_refused_here() {
        for text in [
            "",
            "name",
            "==x",
            "name==",
            "name~x",
            "name=x",
            "name!=a,b",
            "na me==x",
        ] {
            let error = text.parse::<PropertyFilter>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{text}");
        }
        assert!(PropertyFilter::new("name", "~", "x").is_err());
    }
}
