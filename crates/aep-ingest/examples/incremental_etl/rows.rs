//! Rows: which are complete, what becomes of them, and how they are written.

use std::io::{BufWriter, Write};
use std::path::Path;

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

/// A row of the source.
pub(crate) type Row = Map<String, Value>;

pub(crate) fn key(row: &Row) -> String {
    row.get("_id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// A row is complete when it has a tier.
pub(crate) fn is_complete(row: &Row) -> bool {
    row.get("_local")
        .is_some_and(|local| local["tier"].is_string())
}

/// What the newer row says counts; what it leaves out stays.
pub(crate) fn unite(old: &mut Row, new: Row) {
    for (name, value) in new {
        match (old.get_mut(&name), value) {
            (Some(Value::Object(old)), Value::Object(new)) => unite(old, new),
            (_, value) => drop(old.insert(name, value)),
        }
    }
}

/// The transformation proper: points become whole hundreds.
pub(crate) fn transformed(mut row: Row) -> Row {
    if let Some(points) = row
        .get_mut("_local")
        .and_then(|local| local.get_mut("points"))
        && let Some(number) = points.as_i64()
    {
        *points = Value::from(number / 100 * 100);
    }
    row
}

pub(crate) fn file(path: &Path) -> Result<BufWriter<std::fs::File>> {
    let file = std::fs::File::create(path).map_err(|error| local(error, "write rows"))?;
    Ok(BufWriter::new(file))
}

pub(crate) fn line(out: &mut impl Write, row: &Row) -> Result<()> {
    serde_json::to_writer(&mut *out, row)
        .map_err(std::io::Error::from)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(|error| local(error, "write rows"))
}

pub(crate) fn local(error: std::io::Error, doing: &'static str) -> Error {
    Error::new(ErrorKind::Io, doing).because(error)
}
