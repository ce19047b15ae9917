//! A value as it will be stored: of its column's type, or none.

/// One stored value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    String(String),
    Double(f64),
    Long(i64),
    Integer(i32),
    Short(i16),
    Byte(i8),
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Milliseconds since 1970-01-01 UTC.
    DateTime(i64),
    Array(Vec<Cell>),
    Map(Vec<(String, Cell)>),
    /// One cell per field of the object, in the schema's order.
    Object(Vec<Cell>),
}
