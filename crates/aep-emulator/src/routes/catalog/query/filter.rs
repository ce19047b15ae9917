//! One filter parameter.

use regex::Regex;
use serde_json::Value;

use super::Noun;
use super::order::{compare, text};
use crate::problem::{Problem, catalog};

#[derive(Debug)]
pub(super) enum Filter {
    /// `field=a,b` and `field=!a,b`.
    AnyOf {
        field: String,
        values: Vec<String>,
        negated: bool,
    },
    /// `dataSet=…`, `batch=…`: ids of related objects; `batch` also means the object itself.
    Related {
        kinds: &'static [&'static str],
        values: Vec<String>,
        negated: bool,
        itself: bool,
    },
    /// `tags=a:1,b:*`: every pair must be there.
    Tags(Vec<(String, Glob)>),
    /// `createdAfter` and its like; the bound is excluded.
    Bound {
        path: &'static [&'static str],
        after: bool,
        bound: f64,
    },
    /// `property=…`.
    Property { field: String, test: Test },
}

#[derive(Debug)]
pub(super) enum Test {
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

impl Filter {
    pub(super) fn parse(key: &str, value: &str, noun: Noun) -> Result<Self, Problem> {
        Ok(match (noun, key) {
            (_, "property") => property(value)?,
            (_, "tags") => tags(value)?,
            (_, "createdAfter") => bound(key, value, &["created"], true)?,
            (_, "createdBefore") => bound(key, value, &["created"], false)?,
            (Noun::Batch, "startAfter") => {
                bound(key, value, &["availableDates", "startDate"], true)?
            }
            (Noun::Batch, "startBefore") => {
                bound(key, value, &["availableDates", "startDate"], false)?
            }
            (Noun::Batch, "endAfter") => bound(key, value, &["availableDates", "endDate"], true)?,
            (Noun::Batch, "endBefore") => bound(key, value, &["availableDates", "endDate"], false)?,
            (Noun::Batch, "dataSet" | "dataSetId") => related(value, &["dataSet"], false),
            (Noun::Batch, "batch") => related(value, &["batch"], true),
            (Noun::File, "dataSetId" | "dataSet") => any_of("dataSetId", value),
            (Noun::File, "batch" | "batchId") => any_of("batchId", value),
            _ => any_of(key, value),
        })
    }

    /// The one dataset this filter asks for.
    pub(super) fn only_dataset(&self) -> Option<&str> {
        match self {
            Self::Related {
                kinds,
                values,
                negated: false,
                itself: false,
            } if kinds.contains(&"dataSet") => match values.as_slice() {
                [only] => Some(only),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn matches(&self, id: &str, doc: &Value) -> bool {
        match self {
            Self::AnyOf {
                field,
                values,
                negated,
            } => {
                let actual = &doc[field];
                let hit = !actual.is_null()
                    && values.iter().any(|wanted| {
                        let actual = synonym(field, text(actual));
                        if field == "name" {
                            Glob::parse(wanted).matches(&actual)
                        } else {
                            actual == synonym(field, wanted.clone())
                        }
                    });
                hit != *negated
            }
            Self::Related {
                kinds,
                values,
                negated,
                itself,
            } => {
                let empty = Vec::new();
                let related = doc["relatedObjects"].as_array().unwrap_or(&empty);
                let hit = values.iter().any(|wanted| {
                    (*itself && wanted == id)
                        || related.iter().any(|object| {
                            object["id"].as_str() == Some(wanted)
                                && object["type"]
                                    .as_str()
                                    .is_some_and(|kind| kinds.contains(&kind))
                        })
                });
                hit != *negated
            }
            Self::Tags(pairs) => pairs.iter().all(|(key, glob)| match &doc["tags"][key] {
                Value::Null => false,
                Value::Array(values) => values.iter().any(|value| glob.matches(&text(value))),
                single => glob.matches(&text(single)),
            }),
            Self::Bound { path, after, bound } => {
                let actual = path.iter().fold(doc, |doc, step| &doc[*step]);
                let actual = actual
                    .as_f64()
                    .or_else(|| actual.as_str().and_then(|text| text.parse().ok()));
                actual.is_some_and(|actual| {
                    if *after {
                        actual > *bound
                    } else {
                        actual < *bound
                    }
                })
            }
            Self::Property { field, test } => test.holds(field, &doc[field]),
        }
    }
}

impl Test {
    fn holds(&self, field: &str, actual: &Value) -> bool {
        let ordered = |wanted: &String| {
            if actual.is_null() {
                return None;
            }
            let wanted = wanted
                .parse::<f64>()
                .map_or_else(|_| Value::from(wanted.as_str()), Value::from);
            Some(compare(actual, &wanted))
        };
        let equal = |wanted: &String| {
            if field == "name" {
                Glob::parse(wanted).matches(&text(actual))
            } else {
                synonym(field, text(actual)) == synonym(field, wanted.clone())
            }
        };
        match self {
            Self::Exists => !actual.is_null(),
            Self::Absent => actual.is_null(),
            Self::Equal(wanted) => !actual.is_null() && equal(wanted),
            Self::NotEqual(wanted) => actual.is_null() || !equal(wanted),
            Self::Less(wanted) => ordered(wanted).is_some_and(std::cmp::Ordering::is_lt),
            Self::LessOrEqual(wanted) => ordered(wanted).is_some_and(std::cmp::Ordering::is_le),
            Self::Greater(wanted) => ordered(wanted).is_some_and(std::cmp::Ordering::is_gt),
            Self::GreaterOrEqual(wanted) => ordered(wanted).is_some_and(std::cmp::Ordering::is_ge),
            Self::Matches(regex) => !actual.is_null() && regex.is_match(&text(actual)),
        }
    }
}

/// `active` is `success` and `failed` is `failure`, wherever a batch status is compared.
fn synonym(field: &str, value: String) -> String {
    match (field, value.as_str()) {
        ("status", "active") => "success".to_owned(),
        ("status", "failed") => "failure".to_owned(),
        _ => value,
    }
}

fn list(value: &str) -> (Vec<String>, bool) {
    let (negated, value) = value
        .strip_prefix('!')
        .map_or((false, value), |rest| (true, rest));
    (value.split(',').map(str::to_owned).collect(), negated)
}

fn any_of(field: &str, value: &str) -> Filter {
    let (values, negated) = list(value);
    Filter::AnyOf {
        field: field.to_owned(),
        values,
        negated,
    }
}

fn related(value: &str, kinds: &'static [&'static str], itself: bool) -> Filter {
    let (values, negated) = list(value);
    Filter::Related {
        kinds,
        values,
        negated,
        itself,
    }
}

fn bound(
    key: &str,
    value: &str,
    path: &'static [&'static str],
    after: bool,
) -> Result<Filter, Problem> {
    let bound = value
        .parse()
        .map_err(|_| catalog::bad_request(&format!("invalid {key}: {value} is not a number")))?;
    Ok(Filter::Bound { path, after, bound })
}

fn tags(value: &str) -> Result<Filter, Problem> {
    value
        .split(',')
        .map(|pair| {
            let (key, value) = pair.split_once(':').ok_or_else(|| {
                catalog::bad_request(&format!("invalid tags filter {pair}, use key:value"))
            })?;
            Ok((key.trim().to_owned(), Glob::parse(value)))
        })
        .collect::<Result<_, Problem>>()
        .map(Filter::Tags)
}

fn property(value: &str) -> Result<Filter, Problem> {
    let invalid =
        |why: &str| catalog::bad_request(&format!("invalid property filter {value}: {why}"));
    let (field, test) = if let Some(field) = value.strip_prefix('!') {
        (field, Test::Absent)
    } else if let Some(at) = value.find(['=', '!', '<', '>', '~']) {
        let (field, rest) = value.split_at(at);
        let of = |operator: &str| rest.strip_prefix(operator).map(str::to_owned);
        let test = if let Some(wanted) = of("==") {
            Test::Equal(wanted)
        } else if let Some(wanted) = of("!=") {
            Test::NotEqual(wanted)
        } else if let Some(wanted) = of("<=") {
            Test::LessOrEqual(wanted)
        } else if let Some(wanted) = of(">=") {
            Test::GreaterOrEqual(wanted)
        } else if let Some(wanted) = of("<") {
            Test::Less(wanted)
        } else if let Some(wanted) = of(">") {
            Test::Greater(wanted)
        } else if let Some(pattern) = of("~") {
            Test::Matches(
                Regex::new(&pattern)
                    .map_err(|_| invalid("the regular expression cannot be read"))?,
            )
        } else {
            return Err(invalid("operators are == != < <= > >= ~"));
        };
        (field, test)
    } else {
        (value, Test::Exists)
    };
    if field.is_empty() || field.contains(['.', '=', '<', '>', '~']) {
        return Err(invalid("only top-level fields can be filtered"));
    }
    Ok(Filter::Property {
        field: field.to_owned(),
        test,
    })
}

/// A text in which `*` stands for anything and `**` for a star.
#[derive(Debug)]
pub(super) struct Glob(Vec<String>);

impl Glob {
    fn parse(text: &str) -> Self {
        let mut parts = vec![String::new()];
        let mut chars = text.chars().peekable();
        while let Some(next) = chars.next() {
            if next != '*' {
                if let Some(part) = parts.last_mut() {
                    part.push(next);
                }
            } else if chars.peek() == Some(&'*') {
                chars.next();
                if let Some(part) = parts.last_mut() {
                    part.push('*');
                }
            } else {
                parts.push(String::new());
            }
        }
        Self(parts)
    }

    fn matches(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.0.as_slice() else {
            return self.0.first().is_some_and(|only| only == text);
        };
        let Some(rest) = text.strip_prefix(first.as_str()) else {
            return false;
        };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else {
            return false;
        };
        for part in middle {
            let Some(at) = rest.find(part.as_str()) else {
                return false;
            };
            rest = &rest[at + part.len()..];
        }
        true
    }
}
