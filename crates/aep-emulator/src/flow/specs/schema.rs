//! As much of JSON Schema as the catalogue's specs use.
//!
//! Numbers and booleans may come as text, as several published clients and examples send them; null is as good as absent.

use regex::Regex;
use serde_json::Value;

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A mandatory field is missing or empty. Its name.
    Missing(String),
    /// A field has a value it must not have. Its name and what is wanted.
    Value(String, String),
}

/// Checks a value. `at` is what messages call it.
pub(crate) fn check(schema: &Value, value: &Value, at: &str) -> Result<(), Fault> {
    let wrong = |wanted: String| Err(Fault::Value(at.to_owned(), wanted));
    if let Some(wanted) = schema["type"].as_str()
        && !is_type(value, wanted)
    {
        return wrong(format!("must be of type {wanted}"));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        return wrong(format!("must be one of {}", Value::from(allowed.clone())));
    }
    if let Some(text) = value.as_str() {
        check_text(schema, text, at)?;
    }
    if let Some(minimum) = schema["exclusiveMinimum"].as_f64()
        && number(value).is_some_and(|number| number <= minimum)
    {
        return wrong(format!("must be greater than {minimum}"));
    }
    if let Some(minimum) = schema["minItems"].as_u64()
        && value
            .as_array()
            .is_some_and(|items| (items.len() as u64) < minimum)
    {
        return Err(Fault::Missing(at.to_owned()));
    }
    if let Some(items) = value.as_array().filter(|_| schema["items"].is_object()) {
        for (index, item) in items.iter().enumerate() {
            check(&schema["items"], item, &format!("{at}[{index}]"))?;
        }
    }
    for name in names(&schema["required"]) {
        if value[name].is_null() {
            return Err(Fault::Missing(format!("{at}.{name}")));
        }
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        if !value[name].is_null() {
            check(inner, &value[name], &format!("{at}.{name}"))?;
        }
    }
    let mut faults = Vec::new();
    for form in schema["anyOf"].as_array().into_iter().flatten() {
        match check(form, value, at) {
            Ok(()) => return Ok(()),
            Err(fault) => faults.push(fault),
        }
    }
    faults.into_iter().next().map_or(Ok(()), Err)
}

fn check_text(schema: &Value, text: &str, at: &str) -> Result<(), Fault> {
    if schema["minLength"].as_u64().unwrap_or(0) > 0 && text.is_empty() {
        return Err(Fault::Missing(at.to_owned()));
    }
    // The patterns are the catalogue's own, so they compile.
    let pattern = schema["pattern"]
        .as_str()
        .and_then(|pattern| Regex::new(pattern).ok());
    match pattern {
        Some(pattern) if !pattern.is_match(text) => {
            Err(Fault::Value(at.to_owned(), format!("must match {pattern}")))
        }
        _ => Ok(()),
    }
}

fn is_type(value: &Value, wanted: &str) -> bool {
    match wanted {
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "boolean" => {
            value.is_boolean()
                || value.as_str().is_some_and(|text| {
                    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
                })
        }
        "integer" => number(value).is_some_and(|number| number.fract() == 0.0),
        "number" => number(value).is_some(),
        _ => true,
    }
}

fn number(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// The properties of a schema that are secret.
pub(crate) fn secrets(schema: &Value) -> impl Iterator<Item = &str> {
    schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, property)| property["format"] == "password")
        .map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(schema: &Value, value: &Value) -> Option<Fault> {
        check(schema, value, "params").err()
    }

    #[test]
    fn fields_are_there_and_fit() {
        let schema = json!({"type": "object", "required": ["a"], "properties": {
            "a": {"type": "string", "minLength": 1, "pattern": "^x"}, "b": {"type": "boolean"},
            "c": {"type": "number", "exclusiveMinimum": 0}, "d": {"enum": ["p", "q"]},
        }});
        let missing = |name: &str| Some(Fault::Missing(name.to_owned()));
        assert_eq!(
            fault(
                &schema,
                &json!({"a": "x", "b": "True", "c": "5", "d": "q", "e": 1})
            ),
            None
        );
        assert_eq!(fault(&schema, &json!({})), missing("params.a"));
        assert_eq!(fault(&schema, &json!({"a": null})), missing("params.a"));
        assert_eq!(fault(&schema, &json!({"a": ""})), missing("params.a"));
        for wrong in [
            json!([]),
            json!({"a": 1}),
            json!({"a": "y"}),
            json!({"a": "x", "b": "yes"}),
            json!({"a": "x", "c": 0}),
            json!({"a": "x", "d": "r"}),
        ] {
            assert!(
                matches!(fault(&schema, &wrong), Some(Fault::Value(..))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn one_of_several_forms_is_enough() {
        let schema = json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}],
            "properties": {"a": {"type": "array", "minItems": 1, "items": {"required": ["x"]}}}});
        assert_eq!(fault(&schema, &json!({"b": 1})), None);
        assert_eq!(fault(&schema, &json!({"a": [{"x": 1}]})), None);
        assert_eq!(
            fault(&schema, &json!({})),
            Some(Fault::Missing("params.a".to_owned()))
        );
        assert_eq!(
            fault(&schema, &json!({"a": []})),
            Some(Fault::Missing("params.a".to_owned()))
        );
        assert_eq!(
            fault(&schema, &json!({"a": [{}]})),
            Some(Fault::Missing("params.a[0].x".to_owned()))
        );
    }
}
