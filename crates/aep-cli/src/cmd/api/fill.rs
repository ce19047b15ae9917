//! From `-f name=value` to what is sent, each value where it belongs and of the right kind.

use std::borrow::Cow;

use aep_core::{Error, ErrorKind, Result};
use aep_gen::{Kind, ParameterInfo, Place};
use http::header::ACCEPT;
use http::{HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::known::{Known, likeness};

/// Unreserved characters (RFC 3986) stay as they are.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A call whose values are in their places.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Map<String, Value>,
}

/// A value as it was given: text, or JSON.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given<'g> {
    Text(&'g str),
    Json(&'g str),
}

/// Puts the fields where they belong. With `has_input` the body comes from elsewhere.
pub(super) fn fill(known: Known, fields: &[(&str, Given<'_>)], has_input: bool) -> Result<Filled> {
    let mut filled = Filled {
        path: known.path(),
        ..Filled::default()
    };
    let mut seen: Vec<&str> = Vec::new();
    for (name, given) in fields {
        let Some(parameter) = of_name(known, name) else {
            if known.info.body.is_some_and(|body| body.open) && !has_input {
                let value = free(name, *given)?;
                filled.body.insert((*name).to_owned(), value);
                continue;
            }
            return Err(unknown(known, name));
        };
        if seen.contains(&parameter.name) && parameter.kind != Kind::List {
            return Err(wrong(known, name).because("it is given twice"));
        }
        seen.push(parameter.name);
        put(known, &mut filled, parameter, *given, has_input)?;
    }
    let missing: Vec<&ParameterInfo> = known
        .info
        .inputs()
        .filter(|one| one.required && !seen.contains(&one.name))
        .filter(|one| !(has_input && one.place == Place::Body))
        .filter(|one| !one.name.eq_ignore_ascii_case(ACCEPT.as_str()))
        .collect();
    if missing.is_empty() {
        Ok(filled)
    } else {
        Err(lacking(known, &missing))
    }
}

fn put(
    known: Known,
    filled: &mut Filled,
    parameter: &ParameterInfo,
    given: Given<'_>,
    has_input: bool,
) -> Result<()> {
    let value = checked(known, parameter, given)?;
    let text = || match &value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match parameter.place {
        Place::Path => {
            let text = text();
            let written = if parameter.slashes {
                let parts: Vec<Cow<'_, str>> = text
                    .split('/')
                    .map(|part| utf8_percent_encode(part, SEGMENT).into())
                    .collect();
                parts.join("/")
            } else {
                utf8_percent_encode(&text, SEGMENT).to_string()
            };
            if matches!(written.as_str(), "" | "." | "..") {
                return Err(wrong(known, parameter.name).because("it cannot stand in a path"));
            }
            filled.path = filled
                .path
                .replace(&format!("{{{}}}", parameter.name), &written);
        }
        Place::Query => match &value {
            Value::Array(items) => filled.query.extend(items.iter().map(|item| {
                let text = item
                    .as_str()
                    .map_or_else(|| item.to_string(), str::to_owned);
                (parameter.name.to_owned(), text)
            })),
            _ => filled.query.push((parameter.name.to_owned(), text())),
        },
        Place::Header => {
            let name = parameter.name.parse::<HeaderName>();
            let value = text().parse::<HeaderValue>();
            match (name, value) {
                (Ok(name), Ok(value)) => filled.headers.push((name, value)),
                _ => return Err(wrong(known, parameter.name).because("a header cannot hold it")),
            }
        }
        Place::Body if has_input => {
            return Err(wrong(known, parameter.name)
                .because("it is a field of the body, which --input brings"));
        }
        Place::Body => {
            let fields = &mut filled.body;
            match (fields.get_mut(parameter.name), value) {
                (Some(Value::Array(there)), Value::Array(more)) => there.extend(more),
                (_, value) => drop(fields.insert(parameter.name.to_owned(), value)),
            }
        }
        _ => return Err(wrong(known, parameter.name).because("it has a place that is not known")),
    }
    Ok(())
}

/// The parameter of a name; headers in any case.
fn of_name(known: Known, name: &str) -> Option<&'static ParameterInfo> {
    let mut inputs = known.info.inputs();
    inputs.find(|one| one.name == name).or_else(|| {
        known
            .info
            .inputs()
            .find(|one| one.place == Place::Header && one.name.eq_ignore_ascii_case(name))
    })
}

/// The value as its parameter wants it.
fn checked(known: Known, parameter: &ParameterInfo, given: Given<'_>) -> Result<Value> {
    let value = match (given, parameter.kind) {
        (Given::Text(text), Kind::Integer | Kind::Number | Kind::Boolean) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
        }
        (Given::Text(text), Kind::List) => Value::from(vec![text]),
        (Given::Text(text), Kind::Object) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
        }
        (given, _) => free(parameter.name, given)?,
    };
    let fits = match parameter.kind {
        Kind::Text => value.is_string(),
        Kind::Integer => value.is_i64() || value.is_u64(),
        Kind::Number => value.is_number(),
        Kind::Boolean => value.is_boolean(),
        Kind::List => value.is_array(),
        Kind::Object => value.is_object(),
        _ => true,
    };
    if !fits {
        let why = format!(
            "`{}` is not of type {}",
            plain(given),
            parameter.kind.name()
        );
        return Err(wrong(known, parameter.name).because(why));
    }
    let is_choice = |value: &Value| {
        let text = value.as_str();
        text.is_none_or(|text| parameter.values.contains(&text))
    };
    let is_allowed = match &value {
        Value::Array(items) => items.iter().all(is_choice),
        one => is_choice(one),
    };
    if !parameter.values.is_empty() && !is_allowed {
        let why = format!(
            "`{}` is none of {}",
            plain(given),
            parameter.values.join(", ")
        );
        let near = nearest(parameter.values.iter().copied(), plain(given));
        let error = wrong(known, parameter.name).because(why);
        return Err(match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        });
    }
    Ok(value)
}

const fn plain(given: Given<'_>) -> &str {
    match given {
        Given::Text(text) | Given::Json(text) => text,
    }
}

fn free(name: &str, given: Given<'_>) -> Result<Value> {
    match given {
        Given::Text(text) => Ok(Value::from(text)),
        Given::Json(text) => serde_json::from_str(text).map_err(|error| {
            Error::new(ErrorKind::Usage, "read the value of a -F field as JSON")
                .with("field", name)
                .because(error)
        }),
    }
}

fn wrong(known: Known, name: &str) -> Error {
    Error::new(ErrorKind::Usage, "read the parameters")
        .with("operation", known.name())
        .with("parameter", name)
}

fn unknown(known: Known, name: &str) -> Error {
    let error = wrong(known, name).because("the operation has none of this name");
    let names = known.info.inputs().map(|one| one.name);
    let all = format!("`aep api describe {}` shows them", known.name());
    error.hint(match nearest(names, name) {
        Some(near) => format!("did you mean `{near}`? {all}"),
        None => all,
    })
}

fn lacking(known: Known, missing: &[&ParameterInfo]) -> Error {
    let names: Vec<String> = missing
        .iter()
        .map(|one| format!("`{}`", one.name))
        .collect();
    let given: Vec<String> = missing
        .iter()
        .map(|one| format!("-f {}=...", one.name))
        .collect();
    Error::new(ErrorKind::Usage, "read the parameters")
        .with("operation", known.name())
        .because(format!("required, and not given: {}", names.join(", ")))
        .hint(format!("add {}", given.join(" ")))
}

fn nearest<'n>(names: impl Iterator<Item = &'n str>, name: &str) -> Option<&'n str> {
    names
        .map(|known| (likeness(known, name), known))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}
