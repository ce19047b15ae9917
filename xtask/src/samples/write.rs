//! The four files of one dataset, written block by block, so that memory does not grow with the size.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::json::ReaderBuilder;
use arrow::json::reader::Decoder;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::row::Row;
use super::{Format, Outcome};

/// Rows in a Parquet row group: what the Parquet writer holds in memory.
const ROW_GROUP: usize = 20_000;

pub(super) struct Files {
    json: Option<BufWriter<File>>,
    json_lines: Option<BufWriter<File>>,
    csv: Option<csv::Writer<File>>,
    parquet: Option<(Decoder, ArrowWriter<File>)>,
    rows: u64,
    text: Vec<u8>,
}

impl Files {
    pub(super) fn create<R: Row>(folder: &Path, formats: &[Format]) -> Outcome<Self> {
        let create = |format: Format| -> Outcome<Option<File>> {
            if !formats.contains(&format) {
                return Ok(None);
            }
            let path = folder.join(format!("{}.{}", R::FILE, format.ending()));
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            Ok(Some(File::create(path)?))
        };
        let mut csv = create(Format::Csv)?.map(csv::Writer::from_writer);
        if let Some(csv) = &mut csv {
            csv.write_record(R::header())?;
        }
        let parquet = match create(Format::Parquet)? {
            Some(file) => Some(parquet::<R>(file)?),
            None => None,
        };
        Ok(Self {
            json: create(Format::Json)?.map(BufWriter::new),
            json_lines: create(Format::Ndjson)?.map(BufWriter::new),
            csv,
            parquet,
            rows: 0,
            text: Vec::new(),
        })
    }

    /// Appends rows; gives the number of bytes that they take as JSON Lines.
    pub(super) fn write<R: Row>(&mut self, rows: &[R]) -> Outcome<u64> {
        let mut written = 0;
        for row in rows {
            self.text.clear();
            serde_json::to_writer(&mut self.text, row)?;
            written += self.text.len() as u64 + 1;
            if let Some(json) = &mut self.json {
                json.write_all(if self.rows == 0 { b"[\n" } else { b",\n" })?;
                json.write_all(&self.text)?;
            }
            if let Some(lines) = &mut self.json_lines {
                lines.write_all(&self.text)?;
                lines.write_all(b"\n")?;
            }
            if let Some(csv) = &mut self.csv {
                csv.write_record(row.cells())?;
            }
            self.rows += 1;
        }
        if let Some((decoder, writer)) = &mut self.parquet {
            decoder.serialize(rows)?;
            if let Some(batch) = decoder.flush()? {
                writer.write(&batch)?;
            }
        }
        Ok(written)
    }

    pub(super) fn finish(self) -> Outcome {
        if let Some(mut json) = self.json {
            json.write_all(if self.rows == 0 { b"[]\n" } else { b"\n]\n" })?;
            json.flush()?;
        }
        if let Some(mut lines) = self.json_lines {
            lines.flush()?;
        }
        if let Some(mut csv) = self.csv {
            csv.flush()?;
        }
        if let Some((_, writer)) = self.parquet {
            writer.close()?;
        }
        Ok(())
    }
}

fn parquet<R: Row>(file: File) -> Outcome<(Decoder, ArrowWriter<File>)> {
    let schema = R::schema();
    let decoder = ReaderBuilder::new(Arc::clone(&schema))
        .with_strict_mode(true)
        .build_decoder()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by("aep samples".to_owned())
        .build();
    // The Arrow schema is left out: Spark does not write one, and a reader must manage with the Parquet types.
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_skip_arrow_metadata(true);
    Ok((
        decoder,
        ArrowWriter::try_new_with_options(file, schema, options)?,
    ))
}
