//! First rows of uploaded and stored files.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::datum::Datum;
use super::fault::Fault;
use super::format::InputFormat;
use super::read::parquet::ParquetRows;
use super::read::{self, Header, Row, Rows};

/// Rows of an uploaded file as columns and cells, before anything is ingested: nested values under `a/b` names.
#[derive(Debug, Default)]
pub(crate) struct Preview {
    columns: Vec<String>,
    rows: Vec<Vec<(usize, Value)>>,
}

impl Preview {
    /// Adds rows of a file until there are `limit`.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        format: &InputFormat,
        limit: usize,
    ) -> Result<(), Fault> {
        let mut rows = read::open(path, format)?;
        match rows.header() {
            Header::Paths(names) => names.iter().for_each(|name| {
                self.column(&name.replace('.', "/"));
            }),
            Header::Columns(_) | Header::None => {}
        }
        while self.rows.len() < limit {
            match rows.next_row()? {
                None => break,
                Some(Row::Good(datum, _)) => self.add(&datum),
                Some(Row::Corrupt { .. }) => {}
            }
        }
        Ok(())
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    fn column(&mut self, name: &str) -> usize {
        self.columns
            .iter()
            .position(|known| known == name)
            .unwrap_or_else(|| {
                self.columns.push(name.to_owned());
                self.columns.len() - 1
            })
    }

    fn add(&mut self, row: &Datum) {
        let mut cells = Vec::new();
        self.flatten("", row, &mut cells);
        self.rows.push(cells);
    }

    fn flatten(&mut self, name: &str, value: &Datum, cells: &mut Vec<(usize, Value)>) {
        match value {
            Datum::Object(fields) => {
                for (field, value) in fields {
                    let name = if name.is_empty() {
                        field.clone()
                    } else {
                        format!("{name}/{field}")
                    };
                    self.flatten(&name, value, cells);
                }
            }
            Datum::Null => {
                self.column(name);
            }
            value => {
                let at = self.column(name);
                cells.push((at, value.to_json()));
            }
        }
    }

    /// The published shape: columns with an id, rows keyed by those ids.
    pub(crate) fn to_json(&self) -> Value {
        let columns: Vec<Value> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, name)| json!({"cid": at.to_string(), "name": name}))
            .collect();
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|cells| {
                Value::Object(
                    cells
                        .iter()
                        .map(|(at, value)| (at.to_string(), value.clone()))
                        .collect::<Map<_, _>>(),
                )
            })
            .collect();
        json!({"columns": columns, "rows": rows})
    }
}

/// The columns of a Parquet file.
pub(crate) fn columns(path: &Path) -> Result<arrow::datatypes::Fields, Fault> {
    let file = std::fs::File::open(path).map_err(|error| Fault::io(&error))?;
    match ParquetRows::open(file)?.header() {
        Header::Columns(fields) => Ok(fields.clone()),
        Header::None | Header::Paths(_) => Ok(arrow::datatypes::Fields::empty()),
    }
}

/// First rows of a stored file as JSON objects, without the fields that have no value.
pub(crate) fn stored(path: &Path, limit: usize) -> Result<Vec<Value>, Fault> {
    let file = std::fs::File::open(path).map_err(|error| Fault::io(&error))?;
    let mut rows = ParquetRows::open(file)?;
    let mut all = Vec::new();
    while all.len() < limit {
        match rows.next_row()? {
            Some(Row::Good(datum, _)) => all.push(present(&datum)),
            Some(Row::Corrupt { .. }) => {}
            None => break,
        }
    }
    Ok(all)
}

/// A value as JSON, without the fields that have none.
pub(super) fn present(value: &Datum) -> Value {
    match value {
        Datum::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(_, value)| *value != Datum::Null)
                .map(|(name, value)| (name.clone(), present(value)))
                .collect(),
        ),
        Datum::Map(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), present(value)))
                .collect(),
        ),
        Datum::Array(items) => Value::Array(items.iter().map(present).collect()),
        scalar => scalar.to_json(),
    }
}
