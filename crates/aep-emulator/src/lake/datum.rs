//! A value as it stands in an input file, with the type that the file gives it.

use serde_json::{Map, Number, Value};

use super::convert::time;

/// One value of a row. The variants are the rows of the published conversion table, and a few that only inputs know.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Datum {
    /// No value.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// 8 bits, signed.
    Byte(i8),
    /// 16 bits, signed.
    Short(i16),
    /// 32 bits, signed.
    Integer(i32),
    /// 64 bits, signed; every integer of a JSON text that fits.
    Long(i64),
    /// Floating point.
    Double(f64),
    /// A number that neither 64 bits nor floating point hold exactly, as its digits.
    Huge(String),
    /// Days since 1970-01-01.
    Date(i32),
    /// Milliseconds since 1970-01-01 UTC.
    DateTime(i64),
    /// Text that the file calls text.
    String(String),
    /// A CSV cell: text without a type.
    Text(String),
    /// Values in order.
    Array(Vec<Datum>),
    /// Named values.
    Object(Vec<(String, Datum)>),
    /// Keys and values of a Parquet MAP.
    Map(Vec<(String, Datum)>),
}

impl Datum {
    /// The name of the type in messages.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "Null",
            Self::Boolean(_) => "Boolean",
            Self::Byte(_) => "Byte",
            Self::Short(_) => "Short",
            Self::Integer(_) => "Integer",
            Self::Long(_) => "Long",
            Self::Double(_) | Self::Huge(_) => "Double",
            Self::Date(_) => "Date",
            Self::DateTime(_) => "DateTime",
            Self::String(_) | Self::Text(_) => "String",
            Self::Array(_) => "Array",
            Self::Object(_) => "Object",
            Self::Map(_) => "Map",
        }
    }

    /// The value as JSON, for diagnostics and previews: dates as `yyyy-MM-dd`, date-times in UTC.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(value) => Value::Bool(*value),
            Self::Byte(value) => Value::from(*value),
            Self::Short(value) => Value::from(*value),
            Self::Integer(value) => Value::from(*value),
            Self::Long(value) => Value::from(*value),
            Self::Double(value) => Number::from_f64(*value)
                .map_or_else(|| Value::from(value.to_string()), Value::Number),
            Self::Huge(text) | Self::String(text) | Self::Text(text) => Value::from(text.clone()),
            Self::Date(days) => Value::from(time::format_date(*days)),
            Self::DateTime(ms) => Value::from(time::format_date_time(*ms)),
            Self::Array(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Self::Object(fields) | Self::Map(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, value)| (name.clone(), value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// How many scalar values are in it.
    pub(crate) fn scalars(&self) -> usize {
        match self {
            Self::Array(items) => items.iter().map(Self::scalars).sum(),
            Self::Object(fields) | Self::Map(fields) => {
                fields.iter().map(|(_, value)| value.scalars()).sum()
            }
            Self::Null => 0,
            _ => 1,
        }
    }
}
