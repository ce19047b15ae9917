//! What flows: format, schema, datasets.

use aep_core::{DatasetId, SchemaId};
use serde_json::{Value, json};

use crate::json::{Object, at, inner, text, texts};

/// The format of the files or tables that a source connection reads, and how to read them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataFormat {
    /// The format itself; not said for datasets and exports.
    pub format: Option<FileFormat>,
    /// The character between columns; `,` if nothing is said. Delimited files only.
    pub column_delimiter: Option<char>,
    /// The encoding of the text, `UTF-8` if nothing is said; `ISO-8859-1` is the other one. Delimited files only.
    pub encoding: Option<String>,
    /// How the files are compressed: `bzip2`, `gzip`, `deflate`, `zipDeflate`, `tarGzip` or `tar`.
    pub compression: Option<String>,
}

/// What the rows are written in. Open: a word that is not known yet is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FileFormat {
    /// Text with one row a line and a character between the columns.
    Delimited,
    /// JSON.
    Json,
    /// Apache Parquet.
    Parquet,
    /// Parquet whose columns are those of the dataset's schema already.
    ParquetXdm,
    /// Tables of a database.
    Tabular,
    /// Anything else.
    Other(String),
}

impl FileFormat {
    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Delimited => "delimited",
            Self::Json => "json",
            Self::Parquet => "parquet",
            Self::ParquetXdm => "parquet_xdm",
            Self::Tabular => "tabular",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for FileFormat {
    fn from(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "delimited" | "csv" => Self::Delimited,
            "json" => Self::Json,
            "parquet" => Self::Parquet,
            "parquet_xdm" => Self::ParquetXdm,
            "tabular" => Self::Tabular,
            _ => Self::Other(word.to_owned()),
        }
    }
}

impl From<FileFormat> for DataFormat {
    fn from(format: FileFormat) -> Self {
        Self {
            format: Some(format),
            ..Self::default()
        }
    }
}

impl DataFormat {
    /// Reads the `data` of a source or target connection.
    pub(crate) fn read(raw: &Object) -> Self {
        let Some(data) = inner(raw, "data") else {
            return Self::default();
        };
        let properties = inner(data, "properties").cloned().unwrap_or_default();
        Self {
            format: text(data, "format").map(|word| FileFormat::from(word.as_str())),
            column_delimiter: text(&properties, "columnDelimiter")
                .or_else(|| text(data, "columnDelimiter"))
                .and_then(|text| text.chars().next()),
            encoding: text(&properties, "encoding"),
            compression: text(&properties, "compressionType"),
        }
    }

    /// The `data` of a request; none if nothing is said.
    pub(crate) fn body(&self) -> Option<Value> {
        let mut properties = Object::new();
        let mut put = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                properties.insert(key.to_owned(), value.into());
            }
        };
        put("columnDelimiter", self.column_delimiter.map(String::from));
        put("encoding", self.encoding.clone());
        put("compressionType", self.compression.clone());
        let mut data = Object::new();
        if let Some(format) = &self.format {
            data.insert("format".to_owned(), format.as_str().into());
        }
        if !properties.is_empty() {
            data.insert("properties".to_owned(), properties.into());
        }
        (!data.is_empty()).then(|| data.into())
    }
}

/// A schema as a source or target connection names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaRef {
    /// Its id.
    pub id: SchemaId,
    /// The media type with the version, `application/vnd.adobe.xed-full+json;version=1`.
    pub version: Option<String>,
}

impl SchemaRef {
    /// The schema with this id in its first version, as new connections name it.
    pub fn new(id: SchemaId) -> Self {
        Self {
            id,
            version: Some("application/vnd.adobe.xed-full+json;version=1".to_owned()),
        }
    }

    pub(crate) fn body(&self) -> Value {
        match &self.version {
            Some(version) => json!({"id": self.id, "version": version}),
            None => json!({"id": self.id}),
        }
    }
}

/// The schema in `data`: some answers call its id `schemaId`.
pub(crate) fn schema_of(raw: &Object) -> Option<SchemaRef> {
    let schema = at(raw, &["data", "schema"])?.as_object()?;
    let id = text(schema, "id").or_else(|| text(schema, "schemaId"))?;
    Some(SchemaRef {
        id: SchemaId::new(id).ok()?,
        version: text(schema, "version"),
    })
}

/// The datasets in `params`: a list of objects, a list of ids, or a single one under either spelling.
pub(crate) fn dataset_ids(raw: &Object) -> Vec<DatasetId> {
    let Some(params) = inner(raw, "params") else {
        return Vec::new();
    };
    let one = |object: &Object| text(object, "dataSetId").or_else(|| text(object, "datasetId"));
    let mut found: Vec<String> = one(params).into_iter().collect();
    let list = params.get("datasets").and_then(Value::as_array);
    for entry in list.into_iter().flatten().filter_map(Value::as_object) {
        found.extend(one(entry).or_else(|| text(entry, "id")));
    }
    found.extend(texts(params, "dataSetIds"));
    found.extend(texts(params, "datasets"));
    found.dedup();
    let ids = found.into_iter().filter_map(|id| DatasetId::new(id).ok());
    ids.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::json::object;

    #[test]
    fn a_format_reads_back() {
        let data = DataFormat {
            format: Some(FileFormat::Delimited),
            column_delimiter: Some(';'),
            encoding: Some("ISO-8859-1".to_owned()),
            compression: Some("gzip".to_owned()),
        };
        let body = json!({"data": data.body().unwrap()});
        assert_eq!(
            body,
            json!({"data": {"format": "delimited", "properties":
                {"columnDelimiter": ";", "encoding": "ISO-8859-1", "compressionType": "gzip"}}})
        );
        assert_eq!(DataFormat::read(&object(body, "a test").unwrap()), data);
        assert_eq!(DataFormat::default().body(), None);
    }

    #[test]
    fn datasets_are_found_under_every_spelling() {
        for params in [
            json!({"dataSetId": "a"}),
            json!({"datasetId": "a"}),
            json!({"datasets": [{"dataSetId": "a", "name": "x"}]}),
            json!({"datasets": ["a"]}),
            json!({"datasets": [{"id": "a"}]}),
        ] {
            let raw = object(json!({"params": params}), "a test").unwrap();
            let found = dataset_ids(&raw);
            assert_eq!(found.len(), 1, "{raw:?}");
            assert_eq!(found[0].as_str(), "a");
        }
    }

    #[test]
    fn the_schema_has_two_names() {
        for schema in [
            json!({"id": "s", "version": "v"}),
            json!({"schemaId": "s", "version": "v"}),
        ] {
            let raw = object(json!({"data": {"schema": schema}}), "a test").unwrap();
            assert_eq!(schema_of(&raw).unwrap().id.as_str(), "s");
        }
    }
}
