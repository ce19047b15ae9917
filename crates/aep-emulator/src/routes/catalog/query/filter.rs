//! One filter parameter.

use serde_json::Value;

use super::Noun;
use crate::problem::{Problem, catalog};
use crate::routes::property::{Property, text};

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
    /// The key of the object itself.
    Id { values: Vec<String>, negated: bool },
    /// `tags=a:1,b:*`: every pair must be there.
    Tags(Vec<(String, Glob)>),
    /// `createdAfter` and its like; the bound is excluded.
    Bound {
        path: &'static [&'static str],
        after: bool,
        bound: f64,
    },
    /// `property=…`.
    Property(Property),
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
            (Noun::LastBatch, "dataSetId" | "dataSet") => {
                let (values, negated) = list(value);
                Filter::Id { values, negated }
            }
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
                    && values
                        .iter()
                        .any(|wanted| equal(field, &text(actual), wanted));
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
            Self::Id { values, negated } => values.iter().any(|wanted| wanted == id) != *negated,
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
            Self::Property(property) => {
                property.matches(doc, |actual, wanted| equal(&property.field, actual, wanted))
            }
        }
    }
}

/// `active` is `success` and `failed` is `failure`, wherever a batch status is compared.
fn synonym<'a>(field: &str, value: &'a str) -> &'a str {
    match (field, value) {
        ("status", "active") => "success",
        ("status", "failed") => "failure",
        _ => value,
    }
}

/// Names take stars.
fn equal(field: &str, actual: &str, wanted: &str) -> bool {
    if field == "name" {
        return Glob::parse(wanted).matches(actual);
    }
    synonym(field, actual) == synonym(field, wanted)
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
    let property = Property::parse(value).map_err(|why| catalog::bad_request(&why))?;
    if property.field.contains('.') {
        return Err(catalog::bad_request(&format!(
            "invalid property filter {value}: only top-level fields can be filtered"
        )));
    }
    Ok(Filter::Property(property))
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
