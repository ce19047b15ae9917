//! Changes of an object: `--set /path=value`, `--add`, `--remove`, or a file of patch operations.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::PatchOp;
use serde_json::Value;

use crate::document;
use crate::secrets::names_secret;

/// What to change
#[derive(Debug, clap::Args)]
pub(crate) struct Edits {
    /// Replace a value; what reads as JSON is JSON, the rest is text
    #[arg(long, value_name = "/PATH=VALUE")]
    set: Vec<String>,
    /// Add a value, also to the end of a list: `/labels/-=core/C12`
    #[arg(long, value_name = "/PATH=VALUE")]
    add: Vec<String>,
    /// Remove a value
    #[arg(long, value_name = "/PATH")]
    remove: Vec<String>,
    /// A list of operations, `[{op, path, value}]`, as JSON or YAML; applied first
    #[arg(short, long, value_name = "FILE|-")]
    file: Option<String>,
    /// Change only this version; without it the version is read
    #[arg(long, value_name = "ETAG")]
    pub(crate) etag: Option<String>,
}

impl Edits {
    /// The operations in their order: those of the file, then what is replaced, added and removed.
    pub(crate) fn operations(&self) -> Result<Vec<PatchOp>> {
        let mut operations = match &self.file {
            Some(file) => from_document(document::read(file, "the operations")?, file)?,
            None => Vec::new(),
        };
        for text in &self.set {
            let (path, value) = assignment("--set", text)?;
            operations.push(PatchOp::replace(path, value));
        }
        for text in &self.add {
            let (path, value) = assignment("--add", text)?;
            operations.push(PatchOp::add(path, value));
        }
        for path in &self.remove {
            operations.push(PatchOp::remove(pointer("--remove", path)?));
        }
        Ok(operations)
    }

    /// As [`operations`](Self::operations), and there has to be one.
    pub(crate) fn required(&self) -> Result<Vec<PatchOp>> {
        let operations = self.operations()?;
        if operations.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "change it")
                .because("nothing was said to change")
                .hint("give --set /PATH=VALUE, --add, --remove or -f FILE"));
        }
        Ok(operations)
    }
}

/// Text as a JSON value: `3`, `true`, `{"a":1}` as what they are, everything else as a string.
pub(crate) fn value_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

fn assignment(flag: &'static str, text: &str) -> Result<(String, Value)> {
    let Some((path, value)) = text.split_once('=') else {
        return Err(Error::new(ErrorKind::Usage, format!("read {flag}"))
            .because("it has no `=`")
            .hint("for example --set /name=Orders"));
    };
    let path = pointer(flag, path)?;
    let last = path.rsplit('/').next().unwrap_or_default();
    if names_secret(last) {
        return Err(Error::new(ErrorKind::Usage, format!("read {flag}"))
            .with("path", path)
            .because("a secret on the command line is seen by other programs and kept by the shell")
            .hint("give it with `--secret NAME=@FILE` or `--secret NAME=env:VARIABLE`"));
    }
    Ok((path, value_of(value)))
}

/// A path has a slash in front; a bare name means the field of that name.
fn pointer(flag: &'static str, path: &str) -> Result<String> {
    let path = path.trim();
    if path.is_empty() || path == "/" {
        return Err(Error::new(ErrorKind::Usage, format!("read {flag}"))
            .because("it has no path")
            .hint("for example /name or /scheduleParams/interval"));
    }
    Ok(if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{}", path.replace('.', "/"))
    })
}

fn from_document(document: Value, file: &str) -> Result<Vec<PatchOp>> {
    let list = match document {
        Value::Array(list) => list,
        one @ Value::Object(_) => vec![one],
        _ => {
            return Err(Error::new(ErrorKind::Usage, "read the operations")
                .with("file", file)
                .because("it is neither a list nor an operation"));
        }
    };
    list.iter()
        .enumerate()
        .map(|(index, entry)| {
            PatchOp::from_value(entry).map_err(|error| {
                error
                    .with("file", file)
                    .with("operation", index + 1)
                    .hint("an operation is {op: add|replace|remove, path: /name, value: …}")
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_json_or_text() {
        assert_eq!(value_of("15"), json!(15));
        assert_eq!(value_of("{\"a\":[1]}"), json!({"a": [1]}));
        assert_eq!(value_of("nightly run"), json!("nightly run"));
        assert_eq!(value_of("\"15\""), json!("15"));
    }

    #[test]
    fn paths_are_pointers() {
        assert_eq!(pointer("--set", "name").unwrap(), "/name");
        assert_eq!(
            pointer("--set", "scheduleParams.interval").unwrap(),
            "/scheduleParams/interval"
        );
        assert!(pointer("--set", "/").is_err());
    }

    #[test]
    fn a_secret_has_no_place_on_the_command_line() {
        let error = assignment("--set", "/auth/params/s3SecretKey=hunter2").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(!error.report().to_string().contains("hunter2"));
    }

    #[test]
    fn operations_of_a_file_are_checked() {
        let list = json!([{"op": "Replace", "path": "/name", "value": "b"}, {"op": "remove", "path": "/description"}]);
        assert_eq!(from_document(list, "x").unwrap().len(), 2);
        for wrong in [
            json!("x"),
            json!([{"op": "move", "path": "/a", "value": 1}]),
            json!([{"op": "add", "path": "/a"}]),
            json!([{"path": "/a"}]),
        ] {
            assert_eq!(
                from_document(wrong, "x").unwrap_err().kind(),
                ErrorKind::Usage
            );
        }
    }
}
