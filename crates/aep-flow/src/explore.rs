//! Looking into a system: folders, files, tables, columns.

use aep_core::{Error, ErrorKind, Result};
use aep_gen::flow_service::types::ObjectType;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::json::{Object, as_flag, inner, text};
use crate::model::FileFormat;

/// What is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Explore {
    object_type: ObjectType,
    object: Option<String>,
    format: Option<FileFormat>,
    compression: Option<String>,
    column_delimiter: Option<char>,
    encoding: Option<String>,
    preview: Option<bool>,
    detect: Option<bool>,
    source_params: Option<Value>,
}

/// What is looked at, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) object_type: ObjectType,
    pub(crate) object: Option<String>,
    pub(crate) file_type: Option<String>,
    pub(crate) compression: Option<String>,
    pub(crate) column_delimiter: Option<String>,
    pub(crate) encoding: Option<String>,
    pub(crate) preview: Option<bool>,
    pub(crate) determine_properties: Option<bool>,
    pub(crate) source_params: Option<String>,
}

impl Explore {
    fn new(object_type: ObjectType, object: Option<String>) -> Self {
        Self {
            object_type,
            object,
            format: None,
            compression: None,
            column_delimiter: None,
            encoding: None,
            preview: None,
            detect: None,
            source_params: None,
        }
    }

    /// The top: containers, buckets, folders or tables.
    pub fn root() -> Self {
        Self::new(ObjectType::Root, None)
    }

    /// A folder. Paths of the landing zone begin with the container.
    pub fn folder(path: impl Into<String>) -> Self {
        Self::new(ObjectType::Folder, Some(path.into()))
    }

    /// A file. Its properties are detected unless [`format`](Self::format) says them.
    pub fn file(path: impl Into<String>) -> Self {
        Self::new(ObjectType::File, Some(path.into()))
    }

    /// A table.
    pub fn table(name: impl Into<String>) -> Self {
        Self::new(ObjectType::Table, Some(name.into()))
    }

    /// What a REST source answers; `json` is the only object that is documented.
    pub fn rest() -> Self {
        Self {
            format: Some(FileFormat::Json),
            ..Self::new(ObjectType::Rest, Some("json".to_owned()))
        }
    }

    /// Says the format of the file, instead of having it detected.
    #[must_use]
    pub fn format(mut self, format: FileFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Says how the file is compressed: `bzip2`, `gzip`, `deflate`, `zipDeflate`, `tarGzip`, `tar`.
    #[must_use]
    pub fn compression(mut self, compression: impl Into<String>) -> Self {
        self.compression = Some(compression.into());
        self
    }

    /// Says the character between the columns.
    #[must_use]
    pub fn column_delimiter(mut self, delimiter: char) -> Self {
        self.column_delimiter = Some(delimiter);
        self
    }

    /// Says the encoding, `UTF-8` or `ISO-8859-1`.
    #[must_use]
    pub fn encoding(mut self, encoding: impl Into<String>) -> Self {
        self.encoding = Some(encoding.into());
        self
    }

    /// Asks for some rows too.
    #[must_use]
    pub fn preview(mut self, preview: bool) -> Self {
        self.preview = Some(preview);
        self
    }

    /// Has the properties of a file detected, or not.
    #[must_use]
    pub fn detect(mut self, detect: bool) -> Self {
        self.detect = Some(detect);
        self
    }

    /// Parameters that some REST sources want; they are sent as Base64 of this object.
    #[must_use]
    pub fn source_params(mut self, params: Value) -> Self {
        self.source_params = Some(params);
        self
    }

    /// What is sent.
    ///
    /// A file is read either by its detected properties or by those that are said, never by both and never by neither
    /// (code 1374).
    pub(crate) fn question(&self) -> Result<Question> {
        let refused = |why: &'static str| {
            let error = Error::new(ErrorKind::Usage, "explore");
            let error = match &self.object {
                Some(object) => error.with("object", object),
                None => error,
            };
            Err(error.because(why))
        };
        if self.object.as_deref().is_some_and(str::is_empty) {
            return refused("its name is empty");
        }
        let said = self.format.is_some()
            || self.compression.is_some()
            || self.column_delimiter.is_some()
            || self.encoding.is_some();
        let detect = match (self.object_type, self.detect) {
            (ObjectType::File, Some(true)) if said => {
                return refused("its properties can be said or detected, not both");
            }
            (ObjectType::File, Some(false) | None) if said && self.format.is_none() => {
                return refused("its format has to be said too");
            }
            (ObjectType::File, Some(false)) if !said => {
                return refused("its format has to be said if it is not to be detected");
            }
            (ObjectType::File, None) => (!said).then_some(true),
            (_, detect) => detect.filter(|detect| *detect),
        };
        Ok(Question {
            object_type: self.object_type,
            object: self.object.clone(),
            file_type: self
                .format
                .as_ref()
                .map(|format| format.as_str().to_owned()),
            compression: self.compression.clone(),
            column_delimiter: self.column_delimiter.map(String::from),
            encoding: self.encoding.clone(),
            preview: self.preview.filter(|preview| *preview),
            determine_properties: detect,
            source_params: self
                .source_params
                .as_ref()
                .map(|params| STANDARD.encode(params.to_string())),
        })
    }
}

/// What was found. Serialises as the service's answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Exploration {
    /// Folders, files and tables; of a folder or the top.
    pub entries: Vec<Entry>,
    /// Columns; of a file or a table whose rows are flat.
    pub columns: Vec<Column>,
    /// The JSON schema of the rows, if they are nested.
    pub schema: Option<Value>,
    /// Some rows, if they were asked for.
    pub rows: Vec<Value>,
    /// The format of a file: `delimited`, `json` or `parquet`.
    pub file_type: Option<String>,
    /// How the file is compressed.
    pub compression: Option<String>,
    /// The character between the columns.
    pub column_delimiter: Option<String>,
    raw: Value,
}

/// A folder, file or table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `folder`, `file` or `table`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its path, from the container on; a folder's ends in a slash.
    pub path: String,
    /// Whether rows can be shown.
    pub can_preview: bool,
    /// Whether columns can be shown.
    pub can_fetch_schema: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, as the service writes it.
    pub kind: Option<String>,
}

impl Exploration {
    /// Reads an answer: a list of entries, a list of columns in older ones, or an object about a file.
    pub(crate) fn read(raw: Value) -> Self {
        let empty = Object::new();
        let object = raw.as_object().unwrap_or(&empty);
        let listed = raw.as_array().or_else(|| {
            ["items", "children"]
                .into_iter()
                .find_map(|key| object.get(key)?.as_array())
        });
        let listed: Vec<&Object> = listed
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .collect();
        let (entries, old): (Vec<&Object>, Vec<&Object>) =
            listed.into_iter().partition(|one| one.contains_key("path"));
        let schema = object.get("schema");
        let columns = schema
            .and_then(|schema| schema.get("columns"))
            .and_then(Value::as_array);
        let mut columns: Vec<Column> = columns
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(Column::read)
            .collect();
        columns.extend(old.into_iter().map(Column::read));
        let properties = inner(object, "properties").unwrap_or(&empty);
        let property = |key: &str| text(properties, key);
        Self {
            entries: entries.into_iter().map(Entry::read).collect(),
            schema: schema.filter(|_| columns.is_empty()).cloned(),
            columns,
            rows: object
                .get("data")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default(),
            file_type: property("fileType"),
            compression: property("compressionType"),
            column_delimiter: property("columnDelimiter"),
            raw,
        }
    }

    /// The answer as the service gave it.
    pub fn raw(&self) -> &Value {
        &self.raw
    }
}

impl Serialize for Exploration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl Entry {
    fn read(raw: &Object) -> Self {
        let flag = |key: &str| raw.get(key).and_then(as_flag).unwrap_or(false);
        Self {
            kind: text(raw, "type").unwrap_or_default().to_ascii_lowercase(),
            name: text(raw, "name").unwrap_or_default(),
            path: text(raw, "path").unwrap_or_default(),
            can_preview: flag("canPreview"),
            can_fetch_schema: flag("canFetchSchema"),
        }
    }
}

impl Column {
    fn read(raw: &Object) -> Self {
        Self {
            name: text(raw, "name").unwrap_or_default(),
            kind: text(raw, "type"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn properties_are_said_or_detected() {
        let sent = |explore: Explore| explore.question();
        let file = || Explore::file("dlz-user-container/a.csv");
        assert_eq!(sent(file()).unwrap().determine_properties, Some(true));
        let said = sent(file().format(FileFormat::Delimited).column_delimiter(';')).unwrap();
        assert_eq!(said.determine_properties, None);
        assert_eq!(said.file_type.as_deref(), Some("delimited"));
        for bad in [
            file().format(FileFormat::Json).detect(true),
            file().detect(false),
            file().column_delimiter(';'),
            Explore::folder(""),
        ] {
            assert_eq!(
                bad.question().unwrap_err().kind(),
                ErrorKind::Usage,
                "{bad:?}"
            );
        }
        assert_eq!(sent(Explore::root()).unwrap().determine_properties, None);
        let rest = sent(Explore::rest().source_params(json!({"a": 1}))).unwrap();
        assert_eq!(rest.source_params.as_deref(), Some("eyJhIjoxfQ=="));
    }

    #[test]
    fn the_forms_of_the_answer_are_read() {
        let folder = Exploration::read(
            json!([{"type": "folder", "name": "in", "path": "dlz-user-container/in/",
            "canPreview": false, "canFetchSchema": false}]),
        );
        assert_eq!(folder.entries[0].path, "dlz-user-container/in/");
        let file = Exploration::read(
            json!({"format": "flat", "schema": {"columns": [{"name": "Id", "type": "string"}]},
            "data": [{"Id": "1"}], "properties": {"fileType": "delimited", "columnDelimiter": ","}}),
        );
        assert_eq!((file.columns[0].name.as_str(), file.rows.len()), ("Id", 1));
        assert_eq!(file.file_type.as_deref(), Some("delimited"));
        let old = Exploration::read(json!([{"name": "Id", "type": "String"}]));
        assert_eq!((old.entries.len(), old.columns.len()), (0, 1));
        let nested = Exploration::read(
            json!({"format": "hierarchical", "schema": {"type": "object"}, "data": []}),
        );
        assert_eq!(nested.schema, Some(json!({"type": "object"})));
    }
}
