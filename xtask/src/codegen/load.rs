//! Reading a document: YAML text to a JSON value, or an error that names file and place.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::{Context, Error, Result};

/// One document of `spec/`, as written.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The name of the API, which is the file's name: `batch-ingestion`.
    pub(crate) api: String,
    /// Where it was read from, for messages.
    pub(crate) file: PathBuf,
    /// The whole document. Keys keep their order.
    pub(crate) value: Value,
}

impl Document {
    /// Reads `<dir>/<api>.yaml`.
    pub(crate) fn read(dir: &Path, api: &str) -> Result<Self> {
        let name = format!("{api}.yaml");
        let shown = Path::new(dir.file_name().unwrap_or_default()).join(&name);
        let text = fs::read_to_string(dir.join(&name))
            .doing(|| format!("could not read {}", shown.display()))?;
        Self::parse(api, &shown, &text)
    }

    /// Parses `text` as if it had been read from `file`.
    pub(crate) fn parse(api: &str, file: &Path, text: &str) -> Result<Self> {
        let value: Value = serde_saphyr::from_str(text)
            .map_err(|error| Error::new(format!("{}: {error}", file.display())))?;
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
        })
    }

    /// The module and folder name of the API: `batch_ingestion`.
    pub(crate) fn module(&self) -> String {
        self.api.replace('-', "_")
    }
}

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
        {
            names.push(stem.to_owned());
        }
    }
    names.sort();
    Ok(names)
}
