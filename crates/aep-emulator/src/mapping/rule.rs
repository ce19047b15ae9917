//! One mapping of a set: what goes where.

use serde_json::{Value, json};

use super::path::{Step, parse};

/// A mapping that the emulator can carry out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    pub(super) from: From,
    /// Names of fields, from the outermost in.
    pub(super) to: Vec<String>,
}

/// Where the value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum From {
    /// An attribute: the path, and the text of it, which a column may have as its whole name.
    Attribute(Vec<Step>, String),
    /// The same in every row.
    Constant(Value),
}

/// A mapping that can't be carried out, in the published form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TransformError {
    pub(crate) source: String,
    pub(crate) source_type: String,
    pub(crate) destination: String,
    pub(crate) exception: String,
}

impl TransformError {
    /// `TransformErrorInfo`.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "destination": self.destination,
            "source": self.source,
            "sourceType": self.source_type,
            "exception": self.exception,
            "columnName": self.source,
        })
    }
}

impl std::fmt::Display for TransformError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "sourceField: {} destinationField: {}: {}",
            self.source, self.destination, self.exception
        )
    }
}

impl Rule {
    /// Names of the fields to the destination, from the outermost in.
    pub(crate) fn destination(&self) -> &[String] {
        &self.to
    }

    /// Reads a mapping of either dialect.
    pub(crate) fn read(mapping: &Value) -> Result<Self, TransformError> {
        let text = |current: &str, older: &str| {
            mapping[current]
                .as_str()
                .or_else(|| mapping[older].as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let (source, destination) = (
            text("source", "sourceAttribute"),
            text("destination", "destinationXdmPath"),
        );
        let source_type = mapping["sourceType"].as_str().unwrap_or("ATTRIBUTE");
        let refused = |exception: &str| TransformError {
            source: source.clone(),
            source_type: source_type.to_owned(),
            destination: destination.clone(),
            exception: exception.to_owned(),
        };
        let from = match source_type.to_ascii_uppercase().as_str() {
            "ATTRIBUTE" | "TEXT/X.SCHEMA-PATH" => {
                let path = parse(&source).ok_or_else(|| {
                    refused("the emulator maps attributes by plain paths without wildcards")
                })?;
                From::Attribute(path, source.clone())
            }
            "STATIC" => From::Constant(json!(unquoted(&source).unwrap_or(&source))),
            "EXPRESSION" | "TEXT/X.AEP-XL" => plain_expression(&source).ok_or_else(|| {
                refused("the emulator has no functions and operators of the expression language")
            })?,
            _ => return Err(refused("the source type is unknown")),
        };
        let to = parse(destination.trim_start_matches('/'))
            .and_then(|steps| {
                steps
                    .into_iter()
                    .map(|step| match step {
                        Step::Field(name) => Some(name),
                        Step::Item(_) => None,
                    })
                    .collect()
            })
            .ok_or_else(|| refused("the destination is no plain path of fields"))?;
        Ok(Self { from, to })
    }
}

/// Expressions that only name an attribute or a constant.
fn plain_expression(text: &str) -> Option<From> {
    let text = text.trim();
    if let Some(inner) = unquoted(text) {
        return Some(From::Constant(json!(inner)));
    }
    if let Ok(constant @ (Value::Number(_) | Value::Bool(_))) = serde_json::from_str(text) {
        return Some(From::Constant(constant));
    }
    // A name with spaces needs `${}` in an expression; `a - b` is a difference.
    if text.contains(' ') && !text.contains("${") {
        return None;
    }
    parse(text).map(|path| From::Attribute(path, text.to_owned()))
}

fn unquoted(text: &str) -> Option<&str> {
    let text = text.trim();
    ['"', '\''].iter().find_map(|quote| {
        let inner = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
        (!inner.contains(*quote)).then_some(inner)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn both_dialects() {
        let older = json!({"sourceAttribute": "id", "destinationXdmPath": "_local.memberId", "identity": false});
        let current =
            json!({"sourceType": "ATTRIBUTE", "source": "id", "destination": "_local.memberId"});
        let read = json!({"sourceType": "text/x.schema-path", "source": "id", "destination": "/_local.memberId"});
        let rule = Rule::read(&older).unwrap();
        assert_eq!(rule.to, ["_local", "memberId"]);
        assert_eq!(Rule::read(&current).unwrap(), rule);
        assert_eq!(Rule::read(&read).unwrap(), rule);
    }

    #[test]
    fn constants_and_plain_expressions() {
        let from = |kind: &str, source: &str| {
            let mapping = json!({"sourceType": kind, "source": source, "destination": "a"});
            Rule::read(&mapping).map(|rule| rule.from)
        };
        assert_eq!(from("STATIC", "gold"), Ok(From::Constant(json!("gold"))));
        assert_eq!(
            from("STATIC", "\"gold\""),
            Ok(From::Constant(json!("gold")))
        );
        assert_eq!(
            from("EXPRESSION", "'x y'"),
            Ok(From::Constant(json!("x y")))
        );
        assert_eq!(from("EXPRESSION", "12"), Ok(From::Constant(json!(12))));
        assert!(matches!(from("EXPRESSION", "a.b"), Ok(From::Attribute(..))));
        for text in ["upper(a)", "a - b", "\"a\" + \"b\"", "iif(a == 1, 2, 3)"] {
            let error = from("EXPRESSION", text).unwrap_err();
            assert_eq!(error.source, text);
            assert!(error.to_string().contains("destinationField: a"));
        }
        assert!(from("ATTRIBUTE", "a[*].b").is_err());
        assert!(from("MAGIC", "a").is_err());
    }
}
