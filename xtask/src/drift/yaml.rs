//! A value as YAML, in the manner of our documents.

use std::fmt::Write;

use serde_json::Value;

/// How long a line may get before a mapping is written on several.
const WIDTH: usize = 130;

/// `{type: array, items: {type: string}}`.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(key, value)| format!("{}: {}", scalar(key), flow(value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(flow).collect();
            format!("[{}]", elements.join(", "))
        }
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// `key: value` on lines of its own that begin with `indent` spaces.
pub(super) fn entry(key: &str, value: &Value, indent: usize) -> String {
    let line = format!("{:indent$}{}: {}\n", "", scalar(key), flow(value));
    match value {
        Value::Object(fields) if line.len() > WIDTH && !fields.is_empty() => {
            let mut text = format!("{:indent$}{}:\n", "", scalar(key));
            for (key, value) in fields {
                let _ = write!(text, "{}", entry(key, value, indent + 2));
            }
            text
        }
        _ => line,
    }
}

/// Text as it is, or in quotes where YAML would take it for something else.
pub(super) fn scalar(text: &str) -> String {
    const WORDS: [&str; 8] = ["true", "false", "null", "yes", "no", "on", "off", "y"];
    let plain = |c: char| c.is_ascii_alphanumeric() || "_$./+-".contains(c);
    let first = text.chars().next().unwrap_or_default();
    let word = text.to_ascii_lowercase();
    let is_plain = (first.is_ascii_alphabetic() || first == '_' || first == '$' || first == '/')
        && text.chars().all(plain)
        && word != "n"
        && !WORDS.contains(&word.as_str());
    if is_plain {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::codegen::load::yaml;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let texts = [
            "a",
            "a b",
            "",
            "no",
            "Null",
            "1",
            "-",
            "a: b",
            "$ref",
            "#/x",
            "meta:x",
            "ü",
            "\"'",
            "y",
            "~",
            "2020-01-01",
        ];
        let long: Vec<_> = (0..40).map(|at| (format!("key{at}"), json!(at))).collect();
        let value = json!({
            "texts": texts, "map": texts.map(|text| (text, 1)).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "long": Value::Object(long.into_iter().collect()), "none": null, "number": 1.5, "nothing": {}, "empty": []
        });
        let mut text = String::new();
        for (key, value) in value.as_object().unwrap() {
            text.push_str(&entry(key, value, 2));
        }
        assert_eq!(yaml::<Value>(Path::new("a.yaml"), &text).unwrap(), value);
        assert!(text.contains("\n    key39: 39\n"), "{text}");
    }
}
