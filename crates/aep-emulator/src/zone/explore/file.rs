//! Files: their columns, and their first rows when asked for.

use serde_json::{Value, json};

use super::query::Query;
use super::{Refused, Source, Spot, delimited, detect, json as documents, parquet, unpack};
use crate::zone::Zone;

/// How much of a file is read to learn what it holds, packed and unpacked.
const HEAD: usize = 4 * 1024 * 1024;

/// Rows that a preview shows. Adobe publishes no number (emulator choice).
pub(super) const ROWS: usize = 100;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileType {
    Delimited,
    Json,
    Parquet,
}

impl FileType {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Delimited => "delimited",
            Self::Json => "json",
            Self::Parquet => "parquet",
        }
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        [Self::Delimited, Self::Json, Self::Parquet]
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// How a file is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Properties {
    pub(super) kind: FileType,
    pub(super) compression: Option<unpack::Compression>,
    pub(super) delimiter: u8,
    pub(super) latin1: bool,
}

/// What a file holds.
pub(super) struct Content {
    /// JSON Schema types by column, in order: objects and arrays as JSON Schemas of their own.
    pub(super) columns: Vec<(String, Value)>,
    pub(super) rows: Vec<Value>,
}

pub(super) async fn explore(zone: &Zone, source: &Source, query: &Query) -> Result<Value, Refused> {
    let path = query.object()?;
    let spot = source.spot(path).ok_or_else(|| Refused::missing(path))?;
    let explicit = explicit(query)?;
    let head = zone.head_bytes(&spot.place, &spot.key, HEAD).await?;
    let cut = head.len() == HEAD;
    let properties = match explicit {
        Some(properties) => properties,
        None => detect::detect(&spot.key, &head, HEAD)?,
    };
    let content = match properties.kind {
        FileType::Parquet => whole(zone, &spot).await?,
        kind => {
            let bytes = match properties.compression {
                Some(compression) => unpack::unpack(compression, &head, HEAD)
                    .map_err(|why| Refused::bad(1308, why))?,
                None => head.to_vec(),
            };
            let cut = cut || bytes.len() >= HEAD;
            match kind {
                FileType::Json => documents::read(&bytes, cut)?,
                _ => delimited::read(&bytes, cut, &properties)?,
            }
        }
    };
    Ok(answer(&content, &properties, query.preview))
}

/// What the parameters say of the file, or `None` if it is to be found out.
fn explicit(query: &Query) -> Result<Option<Properties>, Refused> {
    let said = query.file_type.is_some()
        || query.compression_type.is_some()
        || query.column_delimiter.is_some()
        || query.encoding.is_some();
    if query.determine {
        return if said {
            Err(Refused::bad(
                1374,
                "determineProperties cannot be used together with properties of the file",
            ))
        } else {
            Ok(None)
        };
    }
    let kind = query.file_type()?.ok_or_else(|| {
        Refused::bad(
            1304,
            "a file needs the query parameter fileType, or determineProperties=true",
        )
    })?;
    let compression =
        match query.compression_type.as_deref() {
            Some(given) => Some(unpack::Compression::of_name(given).ok_or_else(|| {
                Refused::bad(1312, format!("compressionType {given} is not known"))
            })?),
            None => None,
        };
    if kind == FileType::Parquet && compression.is_some() {
        return Err(Refused::bad(1312, "Parquet files have no compressionType"));
    }
    let latin1 = match query.encoding.as_deref() {
        None => false,
        Some(given) if given.eq_ignore_ascii_case("UTF-8") => false,
        Some(given) if given.eq_ignore_ascii_case("ISO-8859-1") => true,
        Some(given) => {
            return Err(Refused::bad(
                1312,
                format!("encoding {given} is neither UTF-8 nor ISO-8859-1"),
            ));
        }
    };
    Ok(Some(Properties {
        kind,
        compression,
        delimiter: delimiter(query.column_delimiter.as_deref())?,
        latin1,
    }))
}

fn delimiter(given: Option<&str>) -> Result<u8, Refused> {
    match given.map(str::as_bytes) {
        None => Ok(b','),
        Some([one]) => Ok(*one),
        Some(br"\t") => Ok(b'\t'),
        Some(_) => Err(Refused::bad(
            1331,
            "columnDelimiter is longer than one character",
        )),
    }
}

/// A Parquet file says at its end what it holds.
async fn whole(zone: &Zone, spot: &Spot) -> Result<Content, Refused> {
    let copy = tempfile::NamedTempFile::new().map_err(crate::zone::ZoneError::Io)?;
    zone.read_to(&spot.place, &spot.key, copy.path()).await?;
    tokio::task::spawn_blocking(move || parquet::read(copy.path()))
        .await
        .unwrap_or_else(|_| Err(Refused::bad(1308, "the file could not be read")))
}

fn answer(content: &Content, properties: &Properties, preview: bool) -> Value {
    let nested = content
        .columns
        .iter()
        .any(|(_, schema)| matches!(schema["type"].as_str(), Some("object" | "array")));
    let mut answer = if nested {
        let fields: serde_json::Map<String, Value> = content.columns.iter().cloned().collect();
        json!({"format": "hierarchical", "schema": {"type": "object", "properties": fields}})
    } else {
        let columns: Vec<Value> = content
            .columns
            .iter()
            .map(|(name, schema)| json!({"name": name, "type": schema["type"], "xdm": schema}))
            .collect();
        json!({"format": "flat", "schema": {"columns": columns}})
    };
    if preview {
        answer["data"] = json!(content.rows);
    }
    let mut shown = json!({"fileType": properties.kind.name()});
    if let Some(compression) = properties.compression {
        shown["compressionType"] = json!(compression.name());
    }
    if properties.kind == FileType::Delimited {
        shown["columnDelimiter"] = json!(char::from(properties.delimiter).to_string());
    }
    answer["properties"] = shown;
    answer
}
