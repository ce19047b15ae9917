//! What a column holds, and which fields of XDM it can go to.

use ::parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use ::parquet::schema::types::Type;

use crate::xdm::Kind;

/// The type of a column in the words of the platform's conversion table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    Text,
    Boolean,
    /// Whole numbers of this many bits.
    Whole(u8),
    /// The same, without sign.
    Unsigned(u8),
    Double,
    Date,
    DateTime,
    /// Nothing but nulls.
    Null,
    /// What the table has no row for.
    Other,
}

impl Input {
    pub(super) fn of(column: &Type) -> Self {
        let info = column.get_basic_info();
        let physical = column.get_physical_type();
        if let Some(logical) = info.logical_type_ref() {
            match (logical, physical) {
                (
                    LogicalType::String | LogicalType::Enum | LogicalType::Json,
                    Physical::BYTE_ARRAY,
                ) => {
                    return Self::Text;
                }
                (LogicalType::Date, Physical::INT32) => return Self::Date,
                (LogicalType::Timestamp(_), Physical::INT64) => return Self::DateTime,
                (LogicalType::Integer(int), Physical::INT32 | Physical::INT64) => {
                    let bits = int.bit_width.unsigned_abs();
                    return if int.is_signed {
                        Self::Whole(bits)
                    } else {
                        Self::Unsigned(bits)
                    };
                }
                (LogicalType::Unknown, _) => return Self::Null,
                _ => return Self::Other,
            }
        }
        match (info.converted_type(), physical) {
            (ConvertedType::NONE, Physical::BOOLEAN) => Self::Boolean,
            (ConvertedType::NONE | ConvertedType::INT_32, Physical::INT32) => Self::Whole(32),
            (ConvertedType::INT_16, Physical::INT32) => Self::Whole(16),
            (ConvertedType::INT_8, Physical::INT32) => Self::Whole(8),
            (ConvertedType::UINT_32, Physical::INT32) => Self::Unsigned(32),
            (ConvertedType::UINT_16, Physical::INT32) => Self::Unsigned(16),
            (ConvertedType::UINT_8, Physical::INT32) => Self::Unsigned(8),
            (ConvertedType::NONE | ConvertedType::INT_64, Physical::INT64) => Self::Whole(64),
            (ConvertedType::UINT_64, Physical::INT64) => Self::Unsigned(64),
            (ConvertedType::DATE, Physical::INT32) => Self::Date,
            (
                ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS,
                Physical::INT64,
            )
            | (ConvertedType::NONE, Physical::INT96) => Self::DateTime,
            (ConvertedType::NONE, Physical::FLOAT | Physical::DOUBLE) => Self::Double,
            (
                ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON,
                Physical::BYTE_ARRAY,
            ) => Self::Text,
            _ => Self::Other,
        }
    }

    /// The table: whether a value of this type is converted at all to a field of that kind.
    ///
    /// | from | to |
    /// |---|---|
    /// | text | all numbers, dates and date-times, not booleans |
    /// | numbers | text and all numbers |
    /// | 64 bits | also dates and date-times, as Unix milliseconds |
    /// | dates, date-times, booleans | themselves |
    pub(super) fn converts_to(self, kind: &Kind) -> bool {
        let whole = matches!(kind, Kind::Long | Kind::Integer | Kind::Short | Kind::Byte);
        let number = whole || matches!(kind, Kind::Number);
        let time = matches!(kind, Kind::Date | Kind::DateTime);
        let text = matches!(kind, Kind::String);
        match self {
            Self::Text | Self::Whole(64) => text || number || time,
            Self::Whole(_) | Self::Unsigned(_) | Self::Double => text || number,
            Self::Date => matches!(kind, Kind::Date),
            Self::DateTime => matches!(kind, Kind::DateTime),
            Self::Boolean => matches!(kind, Kind::Boolean),
            Self::Null => true,
            Self::Other => false,
        }
    }
}

/// The physical type with its annotation: `INT64 (TIMESTAMP_MILLIS)`.
pub(super) fn describe(column: &Type) -> String {
    let info = column.get_basic_info();
    if column.is_group() {
        return match info.converted_type() {
            ConvertedType::LIST => "a LIST group".to_owned(),
            ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE => "a MAP group".to_owned(),
            _ => format!("a group of {} fields", column.get_fields().len()),
        };
    }
    let physical = column.get_physical_type();
    match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::Timestamp(time)), _) => {
            format!("{physical} (TIMESTAMP, {:?})", time.unit)
        }
        (Some(LogicalType::Integer(int)), _) => {
            format!(
                "{physical} ({}INT_{})",
                if int.is_signed { "" } else { "U" },
                int.bit_width
            )
        }
        (Some(LogicalType::Decimal(decimal)), _) => {
            format!(
                "{physical} (DECIMAL with {} digits, {} of them decimals)",
                decimal.precision, decimal.scale
            )
        }
        (Some(LogicalType::String), _) => format!("{physical} (UTF8)"),
        (Some(logical), _) => format!("{physical} ({logical:?})"),
        (None, ConvertedType::NONE) if physical == Physical::BYTE_ARRAY => {
            "BYTE_ARRAY without UTF8: binary".to_owned()
        }
        (None, ConvertedType::NONE) => physical.to_string(),
        (None, converted) => format!("{physical} ({converted})"),
    }
}
