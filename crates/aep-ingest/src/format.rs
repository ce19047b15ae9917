//! What the rows of a file are written in.

use std::str::FromStr;

use aep_core::{Error, ErrorKind};
use serde::{Deserialize, Serialize};

pub use crate::validate::Format;

/// The name that a batch's `inputFormat.format` takes. NDJSON and JSON are one format on the wire, told apart by
/// `isMultiLineJson`.
pub(crate) fn wire(format: Format) -> &'static str {
    match format {
        Format::Parquet => "parquet",
        Format::Json | Format::NdJson => "json",
        Format::Csv => "csv",
    }
}

/// The place of a format among others, where batches of several formats are made.
pub(crate) fn rank(format: Format) -> u8 {
    match format {
        Format::Parquet => 0,
        Format::Json => 1,
        Format::NdJson => 2,
        Format::Csv => 3,
    }
}

/// The format that an upload takes its files for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputFormat {
    /// Each file is what its content says.
    #[default]
    Auto,
    /// Every file is Parquet.
    Parquet,
    /// Every file is one JSON array.
    Json,
    /// Every file is JSON Lines.
    NdJson,
    /// Every file is CSV.
    Csv,
}

impl InputFormat {
    /// The one format that is meant, none for [`InputFormat::Auto`].
    pub fn fixed(self) -> Option<Format> {
        match self {
            Self::Auto => None,
            Self::Parquet => Some(Format::Parquet),
            Self::Json => Some(Format::Json),
            Self::NdJson => Some(Format::NdJson),
            Self::Csv => Some(Format::Csv),
        }
    }
}

impl From<Format> for InputFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Parquet => Self::Parquet,
            Format::Json => Self::Json,
            Format::NdJson => Self::NdJson,
            Format::Csv => Self::Csv,
        }
    }
}

impl FromStr for InputFormat {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "auto" => Self::Auto,
            "parquet" => Self::Parquet,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::NdJson,
            "csv" => Self::Csv,
            _ => {
                return Err(Error::new(ErrorKind::Usage, "understand the input format")
                    .with("format", text)
                    .hint("the formats are auto, parquet, json, ndjson and csv"));
            }
        })
    }
}
