//! Looking at the zone through the platform: what a flow would see.

use aep_core::{Error, ErrorKind, Result};
use aep_gen::flow_service::ExploreConnectionSpecOptions;
use aep_gen::flow_service::types::{self, ObjectType};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire;
use super::{LandingZone, ZoneType};

/// An entry as the platform sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ZoneEntry {
    /// `file` or `folder`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The last part of the path.
    #[serde(default)]
    pub name: String,
    /// The path, the container in front; a folder's ends with `/`.
    #[serde(default)]
    pub path: String,
    /// Whether rows of it can be shown.
    #[serde(default)]
    pub can_preview: bool,
    /// Whether its columns can be found out.
    #[serde(default)]
    pub can_fetch_schema: bool,
}

/// What kind of file to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileType {
    /// Text with columns.
    Delimited,
    /// JSON.
    Json,
    /// Parquet.
    Parquet,
}

impl FileType {
    /// The name that the API takes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delimited => "delimited",
            Self::Json => "json",
            Self::Parquet => "parquet",
        }
    }
}

/// How to read the file of a preview: the API takes either a type with its details, or `determineProperties`, never both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ReadAs {
    /// The platform finds out what the file is.
    #[default]
    Detected,
    /// It is of this type.
    Type {
        /// The type.
        file_type: FileType,
        /// `gzip`, `bzip2`, `deflate`, `zipDeflate`, `tarGzip` or `tar`.
        compression: Option<String>,
        /// The character between columns.
        delimiter: Option<char>,
        /// The encoding of the text, such as `UTF-8`.
        encoding: Option<String>,
    },
}

impl ReadAs {
    /// Of this type, everything else left to the platform.
    pub const fn of(file_type: FileType) -> Self {
        Self::Type {
            file_type,
            compression: None,
            delimiter: None,
            encoding: None,
        }
    }
}

/// How to look at a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewOptions {
    /// How to read it. Default: the platform finds out.
    pub read_as: ReadAs,
    /// Whether rows are shown, not only columns. Default: yes.
    pub rows: bool,
}

impl Default for PreviewOptions {
    fn default() -> Self {
        Self {
            read_as: ReadAs::Detected,
            rows: true,
        }
    }
}

/// The columns of a file and its first rows, as the platform reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Preview {
    /// `flat` or `hierarchical`; empty in the older form of the answer.
    pub format: String,
    /// Columns or a JSON schema, as the answer has them.
    pub schema: Value,
    /// The first rows, if they were asked for.
    pub data: Vec<Value>,
    /// What was detected: file type, compression, delimiter.
    pub properties: Value,
}

impl LandingZone {
    /// What lies in the zone, or in a folder of it, as the platform sees it. Paths are those of earlier answers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for another zone than `user_drop_zone`, which alone can be explored; and what the API answers.
    pub async fn explore(&self, folder: Option<&str>) -> Result<Vec<ZoneEntry>> {
        self.explorable()?;
        let path = folder.filter(|path| !matches!(*path, "" | "/"));
        let options = ExploreConnectionSpecOptions {
            object: path,
            ..Default::default()
        };
        let what = path.map_or(ObjectType::Root, |_| ObjectType::Folder);
        let answer = wire::explore(self.client(), what, options).await?;
        let list = match answer {
            Value::Array(list) => list,
            Value::Object(mut object) => match object.remove("items") {
                Some(Value::Array(list)) => list,
                _ => Vec::new(),
            },
            _ => return Err(wire::missing("entries")),
        };
        list.into_iter()
            .map(|entry| serde_json::from_value(entry).map_err(|_| wire::missing("entry")))
            .collect()
    }

    /// The columns and first rows of a file, as the platform reads it. The path is the one that
    /// [`explore`](Self::explore) gives, with the container in front.
    ///
    /// # Errors
    ///
    /// As [`explore`](Self::explore).
    pub async fn preview(&self, path: &str, options: PreviewOptions) -> Result<Preview> {
        self.explorable()?;
        let mut asked = ExploreConnectionSpecOptions {
            object: Some(path),
            preview: options.rows.then_some(true),
            ..Default::default()
        };
        let mut between = [0; 4];
        match &options.read_as {
            ReadAs::Detected => asked.determine_properties = Some(true),
            ReadAs::Type {
                file_type,
                compression,
                delimiter,
                encoding,
            } => {
                asked.file_type = types::FileType::try_from(file_type.as_str()).ok();
                asked.compression_type = compression.as_deref();
                asked.column_delimiter = delimiter.map(|c| &*c.encode_utf8(&mut between));
                asked.encoding = encoding.as_deref();
            }
        }
        Ok(preview(
            wire::explore(self.client(), ObjectType::File, asked).await?,
        ))
    }

    fn explorable(&self) -> Result<()> {
        if self.zone() == ZoneType::UserDropZone {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Usage, "explore the landing zone")
            .with("type", self.zone())
            .because("the platform explores `user_drop_zone` only")
            .hint("list the objects of the store instead: `aep dlz ls`"))
    }
}

fn preview(answer: Value) -> Preview {
    match answer {
        Value::Object(mut object) => {
            let mut take = |key: &str| object.remove(key).unwrap_or_default();
            Preview {
                format: take("format").as_str().unwrap_or_default().to_owned(),
                schema: take("schema"),
                data: match take("data") {
                    Value::Array(rows) => rows,
                    _ => Vec::new(),
                },
                properties: take("properties"),
            }
        }
        // the older form: columns alone
        columns => Preview {
            format: String::new(),
            schema: columns,
            data: Vec::new(),
            properties: Value::Null,
        },
    }
}
