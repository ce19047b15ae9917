//! CSV: quoted only where needed, one line per row.

use aep_core::{Error, ErrorKind, Result};
use serde_json::Value;

use super::view::{self, Chosen};

pub(super) fn encode(columns: &[Chosen], rows: &[Value], with_header: bool) -> Result<Vec<u8>> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let failed = |error: ::csv::Error| Error::new(ErrorKind::Other, "write CSV").because(error);
    if with_header && !columns.is_empty() {
        writer
            .write_record(columns.iter().map(|column| column.name.as_bytes()))
            .map_err(failed)?;
    }
    for row in rows {
        writer
            .write_record(
                columns
                    .iter()
                    .map(|column| view::plain(view::pick(row, column))),
            )
            .map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::new(ErrorKind::Io, "write CSV").because(error.to_string()))
}
