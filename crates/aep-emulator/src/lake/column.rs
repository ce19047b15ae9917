//! The dataset's schema as the lake needs it: what each column takes and what its values must be.

use std::sync::Arc;

use regex::Regex;
use serde_json::Value;

/// One field of the schema.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// A row (or the object around the field) without it is refused.
    pub(crate) required: bool,
    pub(crate) rules: Rules,
}

/// What a column holds: the columns of the published conversion table.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    String,
    Double,
    Long,
    Integer,
    Short,
    Byte,
    Boolean,
    Date,
    DateTime,
    Array(Box<Column>),
    Object(Vec<Column>),
    Map(Box<Column>),
}

impl Kind {
    /// The name of the type in messages.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Double => "Double",
            Self::Long => "Long",
            Self::Integer => "Integer",
            Self::Short => "Short",
            Self::Byte => "Byte",
            Self::Boolean => "Boolean",
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::Array(_) => "Array",
            Self::Object(_) => "Object",
            Self::Map(_) => "Map",
        }
    }

    /// Whether anything can be stored below: Parquet has no group without fields.
    pub(crate) fn is_stored(&self) -> bool {
        match self {
            Self::Array(item) | Self::Map(item) => item.kind.is_stored(),
            Self::Object(fields) => fields.iter().any(|field| field.kind.is_stored()),
            _ => true,
        }
    }
}

/// Constraints on a column's values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    /// The only values allowed; empty when there is no such list.
    pub(crate) one_of: Vec<Value>,
    /// Inclusive.
    pub(crate) minimum: Option<f64>,
    /// Inclusive.
    pub(crate) maximum: Option<f64>,
    /// In characters.
    pub(crate) min_length: Option<u64>,
    /// In characters.
    pub(crate) max_length: Option<u64>,
    /// Checked only when the emulator is told to: batches are not checked for patterns.
    pub(crate) pattern: Option<Arc<Regex>>,
}
