//! Drives the generator in its own process, and finds the culprit when that process dies.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::codegen::document::{Operation, operations, reachable};
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

/// How long one document may take. The largest of Adobe's takes two seconds.
const PATIENCE: Duration = Duration::from_mins(3);

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
    // all beside each other, so that neither side waits for the other with a full pipe
    let writer = thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
    let stderr = drain(child.stderr.take());
    let stdout = drain(child.stdout.take());
    let Ok(stdout) = stdout.recv_timeout(PATIENCE) else {
        child.kill().doing(|| "could not end the generator")?;
        child.wait().doing(|| "could not wait for the generator")?;
        let seconds = PATIENCE.as_secs();
        return Ok(Err(format!(
            "the generator was not done after {seconds} seconds"
        )));
    };
    let status = child.wait().doing(|| "could not wait for the generator")?;
    let _ = writer.join();
    if status.success() {
        return String::from_utf8(stdout)
            .map(Ok)
            .doing(|| "the generator wrote no text");
    }
    let stderr = stderr.recv().unwrap_or_default();
    let stderr = String::from_utf8_lossy(&stderr);
    Ok(Err(reason(&stderr, &status.to_string())))
}

/// Reads to the end on a thread of its own.
fn drain(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // what was read before a failure still says something
            let _ = pipe.read_to_end(&mut bytes);
        }
        sender.send(bytes)
    });
    receiver
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
    let schemas = document["components"]["schemas"].as_object();
    let mut names: Vec<&str> = schemas
        .into_iter()
        .flat_map(Map::keys)
        .map(String::as_str)
        .collect();
    let start = Instant::now();
    // looking for the culprit has an end: then the whole is named
    let generator = &|part: &Value| {
        if start.elapsed() > PATIENCE {
            return Ok(Ok(String::new()));
        }
        generator(part)
    };
    let fails = |names: &[&str]| {
        let part = json_with(document, &Map::new(), names);
        generator(&part).map(Result::err)
    };
    if let Some(reason) = fails(&names)? {
        let mut found = None;
        // those that only use the one that fails do so as well: go on below each that is found
        while let Some((name, reason)) = narrow(&names, &fails)? {
            let below = closure(document, &[name]);
            names.retain(|other| *other != name && below.contains(*other));
            found = Some((name, reason));
        }
        return Ok(match found {
            Some((name, reason)) => at(
                format!("schema {name} (#/components/schemas/{name})"),
                &reason,
            ),
            None => at("the schemas (#/components/schemas)".to_owned(), &reason),
        });
    }
    let operations = operations(document);
    let operations: Vec<&Operation<'_>> = operations.iter().collect();
    let fails = |operations: &[&Operation<'_>]| {
        let mut paths = Map::new();
        for operation in operations {
            let item = paths
                .entry(operation.path)
                .or_insert_with(|| json!({"parameters": operation.shared}));
            item[operation.method] = operation.value.clone();
        }
        let every: Vec<&str> = schemas
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str)
            .collect();
        generator(&json_with(document, &paths, &every)).map(Result::err)
    };
    if let Some((operation, reason)) = narrow(&operations, &fails)? {
        let path = operation.path.split('#').next().unwrap_or_default();
        let method = operation.method.to_uppercase();
        return Ok(at(
            format!("operation {} ({method} {path})", operation.id()),
            &reason,
        ));
    }
    Ok(at("the operations together".to_owned(), reason))
}

/// The one of `items` that fails alone, found by halves, or none.
fn narrow<'a, T>(
    items: &[&'a T],
    fails: &dyn Fn(&[&'a T]) -> Result<Option<String>>,
) -> Result<Option<(&'a T, String)>>
where
    T: ?Sized,
{
    let mut items = items;
    let Some(mut reason) = fails(items)?.filter(|_| !items.is_empty()) else {
        return Ok(None);
    };
    while items.len() > 1 {
        let (left, right) = items.split_at(items.len() / 2);
        let half = match fails(left)? {
            Some(why) => (left, why),
            None => match fails(right)? {
                Some(why) => (right, why),
                // only together
                None => return Ok(None),
            },
        };
        (items, reason) = half;
    }
    Ok(items.first().map(|item| (*item, reason)))
}

/// The schemas that `names` need, themselves included.
fn closure(document: &Value, names: &[&str]) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    for name in names {
        if needed.insert((*name).to_owned()) {
            let schema = &document["components"]["schemas"][name];
            reachable(document, schema, &mut needed);
        }
    }
    needed
}

/// The document with only these paths, and with these schemas and what they need.
fn json_with(document: &Value, paths: &Map<String, Value>, names: &[&str]) -> Value {
    let needed = closure(document, names);
    let schemas: Map<String, Value> = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| needed.contains(*name))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    json!({
        "openapi": document["openapi"],
        "info": document["info"],
        "paths": paths,
        "components": {"schemas": schemas}
    })
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
