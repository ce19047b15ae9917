//! Reading a document: YAML text to a JSON value, or an error that names file and place.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Context, Error, Result};

/// How deep a document may nest. Adobe's deepest goes to 24; every pass descends by recursion.
pub(crate) const DEPTH: usize = 96;

/// How many mappings, sequences and scalars a document may have. One of 10 MB holds about 500,000.
pub(crate) const NODES: usize = 2_000_000;

/// How many bytes a document may have.
const BYTES: u64 = 32 << 20;

/// One document of `spec/`, as written.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The name of the API, which is the file's name: `batch-ingestion`.
    pub(crate) api: String,
    /// Where it was read from, for messages.
    pub(crate) file: PathBuf,
    /// The whole document. Keys keep their order.
    pub(crate) value: Value,
    /// The text, for finding the line of a place in it.
    pub(crate) text: String,
}

impl Document {
    /// Reads `<dir>/<api>.yaml`.
    pub(crate) fn read(dir: &Path, api: &str) -> Result<Self> {
        let name = format!("{api}.yaml");
        let shown = Path::new(dir.file_name().unwrap_or_default()).join(&name);
        Self::parse(api, &shown, &text(&dir.join(&name), &shown)?)
    }

    /// Parses `text` as if it had been read from `file`.
    pub(crate) fn parse(api: &str, file: &Path, text: &str) -> Result<Self> {
        let value: Value = yaml(file, text)?;
        if !value.is_object() {
            return Err(Error::new(format!(
                "{}: not an OpenAPI document: the root is not a mapping",
                file.display()
            )));
        }
        Ok(Self {
            api: api.to_owned(),
            file: file.to_owned(),
            value,
            text: text.to_owned(),
        })
    }

    /// The module and folder name of the API: `batch_ingestion`.
    pub(crate) fn module(&self) -> String {
        self.api.replace('-', "_")
    }

    /// The error `what` about the place that `pointer` (`#/paths/…`) names, with file and line.
    pub(crate) fn error(&self, pointer: &str, what: &str) -> Error {
        self.error_at(pointer, pointer, what)
    }

    /// As [`Document::error`], with `shown` for the place.
    pub(crate) fn error_at(&self, pointer: &str, shown: &str, what: &str) -> Error {
        let line = super::lines::line(&self.text, pointer);
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        Error::new(format!("{}{line}: {shown}: {what}", self.file.display()))
    }
}

/// The text of the file at `path`, which messages call `shown`.
pub(crate) fn text(path: &Path, shown: &Path) -> Result<String> {
    let doing = || format!("could not read {}", shown.display());
    let size = fs::metadata(path).doing(doing)?.len();
    if size > BYTES {
        return Err(Error::new(format!(
            "{}: {size} bytes are more than the {BYTES} that a document may have",
            shown.display()
        )));
    }
    fs::read_to_string(path).doing(doing)
}

/// What YAML text means, within limits that keep a hostile document from filling memory or the stack.
pub(crate) fn yaml<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEPTH,
            max_nodes: NODES,
            max_events: 4 * NODES,
        },
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| Error::new(format!("{}: {error}", file.display())))
}

/// What lies beside the documents without being one.
pub(crate) const DRIFT_ACCEPTED: &str = "drift-accepted";

/// The names of the documents in `dir`, sorted.
pub(crate) fn names(dir: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(dir).doing(|| format!("could not list {}", dir.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry
            .doing(|| format!("could not list {}", dir.display()))?
            .path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
            && let Some(stem) = path.file_stem().and_then(|stem| stem.to_str())
            && stem != DRIFT_ACCEPTED
        {
            names.push(stem.to_owned());
        }
    }
    names.sort();
    Ok(names)
}
