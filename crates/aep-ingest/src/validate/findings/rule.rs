//! The rules that a row can break.

use std::fmt;

use serde::Serialize;

/// A rule that a row can break; the name is that of the JSON Schema keyword where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Rule {
    /// The text is not JSON, or not CSV.
    Syntax,
    /// The bytes are not UTF-8.
    Encoding,
    /// The Parquet file is damaged.
    Damaged,
    /// A row is longer than [`Options::max_row_bytes`](super::super::Options::max_row_bytes).
    RowLength,
    /// A row is nested deeper than [`Options::max_depth`](super::super::Options::max_depth).
    Depth,
    /// A row has more values than the platform takes.
    Properties,
    /// A CSV row has more or fewer fields than the header, or the header is unusable.
    Columns,
    /// An object has the same key twice, or a file the same column.
    DuplicateKey,
    /// The schema has no such field.
    UnknownField,
    /// A required field is missing or null.
    Required,
    /// The value's type can't be converted to the field's.
    Type,
    /// A number doesn't fit the width of the field's type.
    Range,
    /// The value is none of an `enum`.
    Enum,
    /// Below `minimum`.
    Minimum,
    /// Above `maximum`.
    Maximum,
    /// Shorter than `minLength`.
    MinLength,
    /// Longer than `maxLength`.
    MaxLength,
    /// Doesn't match `pattern`.
    Pattern,
    /// Text that is not a date, a date-time, or of another `format`.
    Format,
}

impl Rule {
    /// The name, as in JSON output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Encoding => "encoding",
            Self::Damaged => "damaged",
            Self::RowLength => "rowLength",
            Self::Depth => "depth",
            Self::Properties => "properties",
            Self::Columns => "columns",
            Self::DuplicateKey => "duplicateKey",
            Self::UnknownField => "unknownField",
            Self::Required => "required",
            Self::Type => "type",
            Self::Range => "range",
            Self::Enum => "enum",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::MinLength => "minLength",
            Self::MaxLength => "maxLength",
            Self::Pattern => "pattern",
            Self::Format => "format",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether the platform would refuse the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It would.
    Error,
    /// It would not; it may still be a mistake.
    Warning,
}
