//! From the registry's resolved schema to the lake's columns.

use std::sync::Arc;

use regex::Regex;

use super::column::{Column, Kind, Rules};
use crate::xdm::{self, Field, Resolved};

/// Columns of a row of the schema.
pub(crate) fn columns(schema: &Resolved) -> Vec<Column> {
    match &schema.root.kind {
        xdm::Kind::Object(fields) => fields
            .iter()
            .map(|(name, field)| column(name, field))
            .collect(),
        _ => Vec::new(),
    }
}

fn column(name: &str, field: &Field) -> Column {
    let kind = match &field.kind {
        xdm::Kind::String => Kind::String,
        xdm::Kind::Number => Kind::Double,
        xdm::Kind::Long => Kind::Long,
        xdm::Kind::Int => Kind::Integer,
        xdm::Kind::Short => Kind::Short,
        xdm::Kind::Byte => Kind::Byte,
        xdm::Kind::Boolean => Kind::Boolean,
        xdm::Kind::Date => Kind::Date,
        xdm::Kind::DateTime => Kind::DateTime,
        xdm::Kind::Array(item) => Kind::Array(Box::new(column("element", item))),
        xdm::Kind::Object(fields) => Kind::Object(
            fields
                .iter()
                .map(|(name, field)| column(name, field))
                .collect(),
        ),
        xdm::Kind::Map(value) => Kind::Map(Box::new(column("value", value))),
    };
    let rules = Rules {
        one_of: field.allowed.clone().unwrap_or_default(),
        minimum: field.minimum,
        maximum: field.maximum,
        min_length: field.min_length,
        max_length: field.max_length,
        // A pattern that this engine can't read is not checked, as no batch is by default.
        pattern: field
            .pattern
            .as_deref()
            .and_then(|pattern| Regex::new(pattern).ok())
            .map(Arc::new),
    };
    Column {
        name: name.to_owned(),
        kind,
        required: field.required,
        rules,
    }
}
