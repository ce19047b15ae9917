//! Drives the generator in its own process, and finds the culprit when that process dies.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Map, Value, json};

use crate::codegen::document::{operations, reachable};
use crate::error::{Context, Error, Result};

/// The raw source of a client for the normalised `document`, which was read from `file`.
pub(crate) fn source(generator: &Generator<'_>, file: &Path, document: &Value) -> Result<String> {
    match generator(document)? {
        Ok(source) => Ok(source),
        Err(reason) => Err(blame(generator, file, document, &reason)?),
    }
}

/// Generates, or says why that failed. The outer error is one of running the generator at all.
pub(crate) type Generator<'a> = dyn Fn(&Value) -> Result<Result<String, String>> + 'a;

/// Runs this program again as the generator.
pub(crate) fn in_child(document: &Value) -> Result<Result<String, String>> {
    let program = std::env::current_exe().doing(|| "could not find this program")?;
    let mut child = Command::new(program)
        .arg("regen-child")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .doing(|| "could not start the generator")?;
    let input = child.stdin.take();
    let text = document.to_string();
    // written beside reading, so that neither side waits for the other with a full pipe
    let writer = thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
    let output = child
        .wait_with_output()
        .doing(|| "could not wait for the generator")?;
    let _ = writer.join();
    if output.status.success() {
        return String::from_utf8(output.stdout)
            .map(Ok)
            .doing(|| "the generator wrote no text");
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Ok(Err(reason(&stderr, &output.status.to_string())))
}

/// The message of a panic or of our own error, without notes and thread names.
fn reason(stderr: &str, status: &str) -> String {
    let lines: Vec<&str> = stderr
        .lines()
        .map(|line| line.strip_prefix("error: ").unwrap_or(line).trim())
        .filter(|line| !line.is_empty() && !line.starts_with("note:"))
        .collect();
    if stderr.contains("overflowed its stack") {
        return "the stack overflowed: a schema contains itself".to_owned();
    }
    match lines.as_slice() {
        [] => format!("the generator ended with {status}"),
        [place, message, ..] if place.contains("panicked at") => (*message).to_owned(),
        [first, ..] => (*first).to_owned(),
    }
}

/// Finds what the generator cannot take: a schema alone, or an operation alone, or nothing smaller.
fn blame(generator: &Generator<'_>, file: &Path, document: &Value, reason: &str) -> Result<Error> {
    let at = |place: String, reason: &str| {
        Error::new(format!("{}: {place}: {reason}", file.display()))
            .hint("mend the document, or write a pass in xtask/src/codegen/passes/")
    };
    if let Err(reason) = generator(&json_with(document, Map::new(), None))? {
        let mut failing = Vec::new();
        for name in document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
        {
            let part = json_with(document, Map::new(), Some(name));
            if let Err(reason) = generator(&part)? {
                let size = part["components"]["schemas"]
                    .as_object()
                    .map_or(0, Map::len);
                failing.push((size, name, reason));
            }
        }
        // the one that needs the fewest others: those that only use it fail as well
        return Ok(match failing.iter().min_by_key(|(size, ..)| *size) {
            Some((_, name, reason)) => at(
                format!("schema {name} (#/components/schemas/{name})"),
                reason,
            ),
            None => at("the schemas (#/components/schemas)".to_owned(), &reason),
        });
    }
    for operation in operations(document) {
        let item = json!({
            "parameters": operation.shared,
            operation.method: operation.value,
        });
        let paths = Map::from_iter([(operation.path.to_owned(), item)]);
        if let Err(reason) = generator(&json_with(document, paths, None))? {
            let path = operation.path.split('#').next().unwrap_or_default();
            let method = operation.method.to_uppercase();
            return Ok(at(
                format!("operation {} ({method} {path})", operation.id()),
                &reason,
            ));
        }
    }
    Ok(at("the operations together".to_owned(), reason))
}

/// The document with only these paths, and with all schemas or only `schema` and what it needs.
fn json_with(document: &Value, paths: Map<String, Value>, schema: Option<&str>) -> Value {
    let mut part = document.clone();
    part["paths"] = Value::Object(paths);
    if let Some(schema) = schema {
        let mut needed = BTreeSet::from([schema.to_owned()]);
        reachable(
            document,
            &document["components"]["schemas"][schema],
            &mut needed,
        );
        if let Some(schemas) = part
            .pointer_mut("/components/schemas")
            .and_then(Value::as_object_mut)
        {
            schemas.retain(|name, _| needed.contains(name));
        }
    }
    part
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn document() -> Value {
        json!({
            "paths": {
                "/a": {"get": {"operationId": "getA"}},
                "/b#getBContent": {"get": {"operationId": "getBContent", "x-bad": true}}
            },
            "components": {"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"x-bad-schema": true}, "C": {}}}
        })
    }

    #[test]
    fn the_operation_that_fails_alone_is_named() {
        let generator = |document: &Value| {
            Ok(if document.to_string().contains("x-bad\"") {
                Err("boom".to_owned())
            } else {
                Ok(String::new())
            })
        };
        let error = source(&generator, Path::new("spec/a.yaml"), &document()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "spec/a.yaml: operation getBContent (GET /b): boom\n\
             hint: mend the document, or write a pass in xtask/src/codegen/passes/"
        );
    }

    #[test]
    fn the_schema_that_fails_alone_is_named() {
        let generator = |document: &Value| {
            let bad = document.to_string().contains("x-bad-schema");
            Ok(if bad {
                Err("boom".to_owned())
            } else {
                Ok(String::new())
            })
        };
        let error = source(&generator, Path::new("spec/a.yaml"), &document()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("spec/a.yaml: schema B (#/components/schemas/B): boom"),
            "{error}"
        );
    }

    #[test]
    fn the_message_of_a_panic_is_kept_and_its_frame_is_not() {
        let stderr = "\nthread 'main' (1) panicked at src/method.rs:1220:9:\nassertion failed: x\nnote: run with";
        assert_eq!(reason(stderr, "exit status: 101"), "assertion failed: x");
        assert_eq!(
            reason("", "signal: 6"),
            "the generator ended with signal: 6"
        );
        let overflow = "thread 'main' has overflowed its stack\nfatal runtime error";
        assert_eq!(
            reason(overflow, "signal: 6"),
            "the stack overflowed: a schema contains itself"
        );
    }
}
