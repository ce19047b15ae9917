//! Diagnostic files: JSON Lines of failed rows, in the three published shapes.

use std::fs::File;
use std::io::{BufWriter, Write};

use serde_json::{Value, json};

use crate::lake::convert::RowErrors;
use crate::lake::fault::Fault;
use crate::state::{Files, Pending};

/// Rows in the sample file.
const SAMPLE: usize = 100;

/// A finished file of diagnostics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DiagnosticFile {
    /// Path below `meta`, or name below `failed`.
    pub(crate) name: String,
    pub(crate) blob: String,
    pub(crate) size: u64,
    pub(crate) records: u64,
}

/// Takes failed rows and sorts them into files.
pub(crate) struct Diagnostics<'a> {
    files: &'a Files,
    parsing: Sink,
    conversion: Sink,
    validation: Sink,
    sample: Sink,
    inputs: Sink,
}

#[derive(Default)]
struct Sink {
    open: Option<(Pending, BufWriter<File>)>,
    records: u64,
    size: u64,
}

impl Sink {
    fn write(&mut self, files: &Files, row: &Value) -> std::io::Result<()> {
        if self.open.is_none() {
            let mut pending = files.begin()?;
            let file = pending.file()?.try_clone()?;
            self.open = Some((pending, BufWriter::new(file)));
        }
        let Some((_, writer)) = &mut self.open else {
            return Ok(());
        };
        let mut line = row.to_string();
        line.push('\n');
        writer.write_all(line.as_bytes())?;
        self.records += 1;
        self.size += line.len() as u64;
        Ok(())
    }

    fn finish(self, name: &str) -> std::io::Result<Option<DiagnosticFile>> {
        let Some((pending, mut writer)) = self.open else {
            return Ok(None);
        };
        writer.flush()?;
        drop(writer);
        Ok(Some(DiagnosticFile {
            name: name.to_owned(),
            blob: pending.commit()?,
            size: self.size,
            records: self.records,
        }))
    }
}

impl<'a> Diagnostics<'a> {
    pub(crate) fn new(files: &'a Files) -> Self {
        Self {
            files,
            parsing: Sink::default(),
            conversion: Sink::default(),
            validation: Sink::default(),
            sample: Sink::default(),
            inputs: Sink::default(),
        }
    }

    /// A file of the batch.
    pub(crate) fn input(&mut self, name: &str) -> Result<(), Fault> {
        self.inputs
            .write(self.files, &json!({"path": name}))
            .map_err(|error| Fault::io(&error))
    }

    /// A row that can't be read.
    pub(crate) fn corrupt(&mut self, raw: &str, message: &str, file: &str) -> Result<(), Fault> {
        let row = json!({
            "_corrupt_record": raw,
            "_errors": [{"code": "1401", "message": message}],
            "_filename": file,
        });
        self.parsing
            .write(self.files, &row)
            .map_err(|error| Fault::io(&error))?;
        self.sampled(&row)
    }

    /// A row that can be read and doesn't fit. One that can't be converted was not validated as well.
    pub(crate) fn refused(
        &mut self,
        mut row: Value,
        errors: &RowErrors,
        file: &str,
    ) -> Result<(), Fault> {
        let entries = |list: &[(super::Cause, Value)]| {
            Value::Array(list.iter().map(|(_, entry)| entry.clone()).collect())
        };
        let sink = if errors.conversions.is_empty() {
            row["_validationErrors"] = entries(&errors.violations);
            &mut self.validation
        } else {
            row["_errors"] = entries(&errors.conversions);
            row["_filename"] = Value::from(file);
            &mut self.conversion
        };
        sink.write(self.files, &row)
            .map_err(|error| Fault::io(&error))?;
        self.sampled(&row)
    }

    fn sampled(&mut self, row: &Value) -> Result<(), Fault> {
        if self.sample.records < SAMPLE as u64 {
            self.sample
                .write(self.files, row)
                .map_err(|error| Fault::io(&error))?;
        }
        Ok(())
    }

    /// Puts the files on disk: those below `meta`, then those below `failed`.
    pub(crate) fn finish(self) -> Result<(Vec<DiagnosticFile>, Vec<DiagnosticFile>), Fault> {
        let finish = || -> std::io::Result<_> {
            let meta = [
                (self.inputs, "input_files/fileMetaData1.json"),
                (self.parsing, "row_errors/parsing_errors_0.json"),
                (self.conversion, "row_errors/conversion_errors_0.json"),
                (self.sample, "row_errors_sample.json"),
            ];
            let meta = meta
                .into_iter()
                .map(|(sink, name)| sink.finish(name))
                .collect::<std::io::Result<Vec<_>>>()?;
            let failed = self
                .validation
                .finish("part-00000-validation-errors.json")?;
            Ok((
                meta.into_iter().flatten().collect(),
                failed.into_iter().collect(),
            ))
        };
        finish().map_err(|error| Fault::io(&error))
    }
}
