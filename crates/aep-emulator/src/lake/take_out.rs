//! Stored files in the forms that exports have.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use flate2::Compression as Level;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, GzipLevel};
use parquet::file::properties::WriterProperties;

use super::fault::Fault;
use super::preview::present;
use super::read::parquet::ParquetRows;
use super::read::{Row, Rows};

/// The form of an exported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Parquet, its pages packed with gzip or not.
    Parquet {
        /// Whether they are.
        gzip: bool,
    },
    /// JSON Lines in gzip.
    JsonGzip,
}

impl Form {
    /// What names of such files end in.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Parquet { gzip: true } => "gz.parquet",
            Self::Parquet { gzip: false } => "parquet",
            Self::JsonGzip => "json.gz",
        }
    }
}

/// Writes the rows of a stored file into another. Blocking.
pub(crate) fn take_out(stored: &Path, form: Form, to: File) -> Result<(), Fault> {
    let source = File::open(stored).map_err(|error| Fault::io(&error))?;
    match form {
        Form::Parquet { gzip } => parquet(source, gzip, to),
        Form::JsonGzip => json(source, to),
    }
}

fn parquet(source: File, gzip: bool, to: File) -> Result<(), Fault> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(source, options)
        .map_err(Fault::internal)?;
    let compression = if gzip {
        Compression::GZIP(GzipLevel::default())
    } else {
        Compression::UNCOMPRESSED
    };
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_created_by(concat!("aep-emulator version ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(to, builder.schema().clone(), options)
        .map_err(Fault::internal)?;
    for batch in builder.build().map_err(Fault::internal)? {
        let batch = batch.map_err(Fault::internal)?;
        writer.write(&batch).map_err(Fault::internal)?;
    }
    writer.close().map_err(Fault::internal)?;
    Ok(())
}

fn json(source: File, to: File) -> Result<(), Fault> {
    let io = |error: std::io::Error| Fault::io(&error);
    let mut rows = ParquetRows::open(source)?;
    let mut writer = BufWriter::new(GzEncoder::new(to, Level::default()));
    while let Some(row) = rows.next_row()? {
        if let Row::Good(datum, _) = row {
            writeln!(writer, "{}", present(&datum)).map_err(io)?;
        }
    }
    let packer = writer
        .into_inner()
        .map_err(|error| Fault::io(error.error()))?;
    packer.finish().map_err(io)?;
    Ok(())
}
