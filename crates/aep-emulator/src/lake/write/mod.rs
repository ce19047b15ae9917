//! The lake's own files: Parquet in the published physical types.

mod arrays;
mod schema;

use std::fs::File;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::cell::Cell;
use super::column::Column;
use super::fault::Fault;

/// A row group is closed at about this many bytes.
const ROW_GROUP: usize = 32 * 1024 * 1024;

/// Writes rows of cells as one Parquet file.
pub(crate) struct ParquetSink<'a> {
    columns: &'a [Column],
    schema: SchemaRef,
    writer: ArrowWriter<File>,
    rows: u64,
}

impl<'a> ParquetSink<'a> {
    /// Begins the file. The schema has every column of the dataset, also those the rows leave empty.
    pub(crate) fn new(file: File, columns: &'a [Column]) -> Result<Self, Fault> {
        let schema = Arc::new(schema::schema(columns));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("aep-emulator version ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let options = ArrowWriterOptions::new()
            .with_properties(properties)
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(file, Arc::clone(&schema), options)
            .map_err(Fault::internal)?;
        Ok(Self {
            columns,
            schema,
            writer,
            rows: 0,
        })
    }

    /// Adds rows, each with one cell per column.
    pub(crate) fn write(&mut self, rows: &[Vec<Cell>]) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        let arrays = arrays::columns(self.columns, rows).map_err(Fault::internal)?;
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(Fault::internal)?;
        self.writer.write(&batch).map_err(Fault::internal)?;
        self.rows += rows.len() as u64;
        if self.writer.in_progress_size() > ROW_GROUP {
            self.writer.flush().map_err(Fault::internal)?;
        }
        Ok(())
    }

    /// Writes the footer; answers the number of rows.
    pub(crate) fn finish(self) -> Result<u64, Fault> {
        self.writer.close().map_err(Fault::internal)?;
        Ok(self.rows)
    }
}
