//! Documents that a person wrote: JSON or YAML, from a file or standard input.

use std::io::Read;

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

/// The most that is read as a document: far above anything that the platform takes as one.
const LARGEST: u64 = 16_000_000;

/// Reads a document from a file, or from standard input if it is `-`.
pub(crate) fn read(file: &str, what: &'static str) -> Result<Value> {
    parse(&text(file, what)?, file, what)
}

/// As [`read`], for a document that has to be an object.
pub(crate) fn object(file: &str, what: &'static str) -> Result<Map<String, Value>> {
    match read(file, what)? {
        Value::Object(object) => Ok(object),
        _ => Err(refused(file, what).because("it is not an object with fields")),
    }
}

/// The text of a document.
pub(crate) fn text(file: &str, what: &'static str) -> Result<String> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("read {what}"))
            .with("file", file)
            .because(error)
    };
    let mut bytes = Vec::new();
    if file == "-" {
        std::io::stdin()
            .lock()
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
    } else {
        std::fs::File::open(file)
            .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
            .map_err(failed)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(refused(file, what).because("it is over 16 MB"));
    }
    String::from_utf8(bytes).map_err(|_| refused(file, what).because("it is not UTF-8"))
}

/// JSON if it begins like JSON, else YAML. The errors name the place and never quote the document, which may hold secrets.
pub(crate) fn parse(text: &str, file: &str, what: &'static str) -> Result<Value> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(refused(file, what).because("it is empty"));
    }
    if text.trim_start().starts_with(['{', '[']) {
        // A flow mapping of YAML begins so too; JSON's own message is the better one when neither fits.
        return serde_json::from_str(text).or_else(|error| {
            yaml(text).map_err(|_| {
                refused(file, what).because(format!(
                    "it is not JSON at line {}, column {}",
                    error.line(),
                    error.column()
                ))
            })
        });
    }
    yaml(text).map_err(|place| refused(file, what).because(place))
}

fn yaml(text: &str) -> std::result::Result<Value, String> {
    serde_saphyr::from_str(text).map_err(|error| match error.location() {
        Some(at) => format!(
            "it is not YAML at line {}, column {}",
            at.line(),
            at.column()
        ),
        None => "it is not YAML".to_owned(),
    })
}

fn refused(file: &str, what: &'static str) -> Error {
    Error::new(ErrorKind::Usage, format!("read {what}")).with("file", file)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    #[test]
    fn json_and_yaml_are_the_same_document() {
        let wanted = json!({"name": "a", "params": {"path": "in/", "recursive": true, "n": 3}});
        for text in [
            r#"{"name": "a", "params": {"path": "in/", "recursive": true, "n": 3}}"#,
            "name: a\nparams:\n  path: in/\n  recursive: true\n  n: 3\n",
            "\u{feff}---\nname: a\nparams: {path: in/, recursive: true, n: 3}\n",
            "{name: a, params: {path: in/, recursive: true, n: 3}}",
        ] {
            assert_eq!(parse(text, "x", "it").unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn an_error_names_the_place_and_quotes_nothing() {
        for text in [
            "{\"password\": \"hunter2\",, }",
            "password: hunter2\n  : [",
            "a: hunter2\na: hunter2\n",
            "",
        ] {
            let error = parse(text, "x", "it").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(!error.report().to_string().contains("hunter2"), "{error:?}");
        }
    }
}
