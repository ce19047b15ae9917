//! Made-up rows as a file.

use std::io::{BufWriter, Write};
use std::path::Path;

use aep_core::{Error, ErrorKind, Result};
use serde_json::Value;

use super::Sampler;
use crate::Format;
use crate::convert::{self, Mapping};
use crate::xdm::{Field, Kind, Object};

impl Sampler<'_> {
    /// Writes the next rows as text; memory doesn't follow their number. Objects, arrays and maps are written as JSON;
    /// in CSV the columns are the paths of the schema, arrays and maps are JSON in a cell: the form that
    /// [`crate::convert`] reads. Blocks.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if `out` takes no more; [`ErrorKind::Usage`] for Parquet, which is no text: see
    /// [`Sampler::file`].
    pub fn write(&mut self, rows: u64, format: Format, out: impl Write) -> Result<()> {
        let mut out = BufWriter::new(out);
        let schema = self.schema;
        let done = match format {
            Format::Parquet => {
                return Err(Error::new(ErrorKind::Usage, "write Parquet as text")
                    .because("it is no text: it needs a file"));
            }
            Format::NdJson => self.lines(rows, &mut out),
            Format::Json => self.array(rows, &mut out),
            Format::Csv => {
                let mut columns = Vec::new();
                flat(schema.root(), &mut Vec::new(), &mut columns);
                self.records(rows, &columns, &mut out)
            }
        };
        done.and_then(|()| out.flush())
            .map_err(|error| Error::new(ErrorKind::Io, "write the rows").because(error))
    }

    /// Writes the next rows into a new file. Blocks.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] if there is such a file; [`ErrorKind::Io`] if it can't be written.
    pub fn file(&mut self, rows: u64, format: Format, path: &Path) -> Result<()> {
        let failed = |error: std::io::Error| {
            let kind = if error.kind() == std::io::ErrorKind::AlreadyExists {
                ErrorKind::Conflict
            } else {
                ErrorKind::Io
            };
            Error::new(kind, "write the rows")
                .with("file", path.display())
                .because(error)
        };
        let mut file = std::fs::File::create_new(path).map_err(failed)?;
        if format != Format::Parquet {
            return self.write(rows, format, file);
        }
        let folder = tempfile::tempdir().map_err(failed)?;
        let lines = folder.path().join("rows.ndjson");
        self.write(
            rows,
            Format::NdJson,
            std::fs::File::create_new(&lines).map_err(failed)?,
        )?;
        let options = convert::Options {
            file_bytes: u64::MAX,
            ..convert::Options::default()
        };
        let done = convert::file(
            &lines,
            Format::NdJson,
            self.schema,
            &Mapping::default(),
            &options,
            folder.path(),
            "rows",
        )?;
        for made in &done.files {
            let mut made = std::fs::File::open(made).map_err(failed)?;
            std::io::copy(&mut made, &mut file).map_err(failed)?;
        }
        Ok(())
    }

    fn lines(&mut self, rows: u64, out: &mut impl Write) -> std::io::Result<()> {
        for row in self
            .by_ref()
            .take(usize::try_from(rows).unwrap_or(usize::MAX))
        {
            serde_json::to_writer(&mut *out, &row)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn array(&mut self, rows: u64, out: &mut impl Write) -> std::io::Result<()> {
        let mut before: &[u8] = b"[\n";
        for row in self
            .by_ref()
            .take(usize::try_from(rows).unwrap_or(usize::MAX))
        {
            out.write_all(before)?;
            serde_json::to_writer(&mut *out, &row)?;
            before = b",\n";
        }
        out.write_all(if rows == 0 { b"[]\n" } else { b"\n]\n" })
    }

    fn records(
        &mut self,
        rows: u64,
        columns: &[Vec<&str>],
        out: &mut impl Write,
    ) -> std::io::Result<()> {
        // The platform's escape sign stands before itself and before quotes inside of quotes.
        let cell = |text: &str| {
            if text.contains(['"', '\\', ',', '\n', '\r']) || text.is_empty() {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        };
        let header: Vec<String> = columns.iter().map(|path| cell(&path.join("."))).collect();
        writeln!(out, "{}", header.join(","))?;
        for row in self
            .by_ref()
            .take(usize::try_from(rows).unwrap_or(usize::MAX))
        {
            let cells: Vec<String> = columns
                .iter()
                .map(|path| {
                    let found = path.iter().try_fold(&row, |at, name| at.get(name));
                    match found {
                        None | Some(Value::Null) => String::new(),
                        Some(Value::String(text)) => cell(text),
                        Some(value) => cell(&value.to_string()),
                    }
                })
                .collect();
            writeln!(out, "{}", cells.join(","))?;
        }
        Ok(())
    }
}

/// The fields that have a column of their own in CSV.
fn flat<'s>(object: &'s Object, path: &mut Vec<&'s str>, columns: &mut Vec<Vec<&'s str>>) {
    for field in object.fields() {
        path.push(&field.name);
        match &field.kind {
            Kind::Object(inner) => flat(inner, path, columns),
            _ if is_column(field) => columns.push(path.clone()),
            _ => {}
        }
        path.pop();
    }
}

fn is_column(field: &Field) -> bool {
    convert::is_written(field)
}
