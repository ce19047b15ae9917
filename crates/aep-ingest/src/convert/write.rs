//! Parquet: row groups made side by side, files cut at a size.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use arrow::array::ArrayRef;
use arrow::datatypes::{Schema as Columns, SchemaRef};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::TypePtr;

/// Bytes of different values after which a column goes on without a dictionary: ids fill it soon and gain nothing by it.
const DICTIONARY: usize = 128 * 1024;

/// What all files of a conversion have in common.
#[derive(Debug)]
pub(crate) struct Form {
    columns: SchemaRef,
    schema: TypePtr,
    properties: WriterPropertiesPtr,
}

fn failed(error: ParquetError) -> Error {
    Error::new(ErrorKind::Other, "write Parquet").because(error)
}

impl Form {
    pub(crate) fn new(fields: arrow::datatypes::Fields) -> Result<Self> {
        let columns: SchemaRef = Arc::new(Columns::new(fields));
        let schema = ArrowSchemaConverter::new()
            .schema_root("xdm")
            .convert(&columns)
            .map_err(failed)?
            .root_schema_ptr();
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_dictionary_page_size_limit(DICTIONARY)
            .build();
        Ok(Self {
            columns,
            schema,
            properties: Arc::new(properties),
        })
    }

    /// A row group in the making.
    pub(crate) fn group(&self) -> Result<Group> {
        let nowhere = SerializedFileWriter::new(
            std::io::sink(),
            Arc::clone(&self.schema),
            Arc::clone(&self.properties),
        )
        .map_err(failed)?;
        let factory = ArrowRowGroupWriterFactory::new(&nowhere, Arc::clone(&self.columns));
        Ok(Group {
            columns: Arc::clone(&self.columns),
            writers: factory.create_column_writers(0).map_err(failed)?,
            rows: 0,
        })
    }
}

/// A row group in the making.
#[derive(Debug)]
pub(crate) struct Group {
    columns: SchemaRef,
    writers: Vec<ArrowColumnWriter>,
    rows: usize,
}

/// A row group, encoded.
#[derive(Debug)]
pub(crate) struct Encoded {
    chunks: Vec<ArrowColumnChunk>,
    bytes: u64,
    rows: u64,
}

impl Group {
    pub(crate) fn write(&mut self, arrays: &[ArrayRef], rows: usize) -> Result<()> {
        if rows == 0 {
            return Ok(());
        }
        self.rows += rows;
        let mut writers = self.writers.iter_mut();
        for (field, array) in self.columns.fields().iter().zip(arrays) {
            for leaf in compute_leaves(field, array).map_err(failed)? {
                if let Some(writer) = writers.next() {
                    writer.write(&leaf).map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    /// Nothing, if there are no rows in it.
    pub(crate) fn close(self) -> Result<Option<Encoded>> {
        if self.rows == 0 {
            return Ok(None);
        }
        let chunks = self
            .writers
            .into_iter()
            .map(ArrowColumnWriter::close)
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(failed)?;
        let bytes = chunks.iter().map(|chunk| chunk.close().bytes_written).sum();
        Ok(Some(Encoded {
            chunks,
            bytes,
            rows: self.rows as u64,
        }))
    }
}

/// The files of a conversion; those that aren't finished are removed.
#[derive(Debug)]
pub(crate) struct Files<'f> {
    form: &'f Form,
    folder: PathBuf,
    stem: String,
    limit: u64,
    open: Option<SerializedFileWriter<BufWriter<File>>>,
    made: Vec<PathBuf>,
    pub(crate) rows: u64,
}

impl<'f> Files<'f> {
    /// Files in `folder`, which is made if need be, of at most about `limit` bytes.
    pub(crate) fn new(form: &'f Form, folder: &Path, stem: &str, limit: u64) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
        let only = folder.join(format!("{stem}.parquet"));
        if only.exists() {
            return Err(exists(&only));
        }
        Ok(Self {
            form,
            folder: folder.to_owned(),
            stem: stem.to_owned(),
            limit,
            open: None,
            made: Vec::new(),
            rows: 0,
        })
    }

    fn part(&self, number: usize) -> PathBuf {
        self.folder
            .join(format!("{}-{number:05}.parquet", self.stem))
    }

    /// Adds a row group.
    pub(crate) fn add(&mut self, group: Encoded) -> Result<()> {
        let full = self
            .open
            .as_ref()
            .is_some_and(|open| open.bytes_written() as u64 + group.bytes > self.limit);
        if full {
            self.close()?;
        }
        if self.open.is_none() {
            let path = self.part(self.made.len() + 1);
            let file = File::create_new(&path).map_err(|error| {
                if error.kind() == std::io::ErrorKind::AlreadyExists {
                    exists(&path)
                } else {
                    unwritable(&path, error)
                }
            })?;
            self.made.push(path);
            let writer = SerializedFileWriter::new(
                BufWriter::with_capacity(1 << 16, file),
                Arc::clone(&self.form.schema),
                Arc::clone(&self.form.properties),
            )
            .map_err(failed)?;
            self.open = Some(writer);
        }
        if let Some(open) = &mut self.open {
            let mut writer = open.next_row_group().map_err(failed)?;
            for chunk in group.chunks {
                chunk.append_to_row_group(&mut writer).map_err(failed)?;
            }
            writer.close().map_err(failed)?;
        }
        self.rows += group.rows;
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        if let Some(open) = self.open.take() {
            let buffer = open.into_inner().map_err(failed)?;
            buffer
                .into_inner()
                .map_err(|error| unwritable(&self.folder, error.into_error()))?;
        }
        Ok(())
    }

    /// The files, finished. One file alone has no number.
    pub(crate) fn finish(mut self) -> Result<Vec<PathBuf>> {
        self.close()?;
        if let [only] = self.made.as_mut_slice() {
            let path = self.folder.join(format!("{}.parquet", self.stem));
            std::fs::rename(&*only, &path).map_err(|error| unwritable(&path, error))?;
            *only = path;
        }
        Ok(std::mem::take(&mut self.made))
    }
}

impl Drop for Files<'_> {
    fn drop(&mut self) {
        self.open = None;
        for path in &self.made {
            // There is nobody to tell; the file has no footer and is no Parquet.
            drop(std::fs::remove_file(path));
        }
    }
}

fn unwritable(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "write the converted file")
        .with("file", path.display())
        .because(error)
}

fn exists(path: &Path) -> Error {
    Error::new(ErrorKind::Conflict, "write the converted file")
        .with("file", path.display())
        .because("there is a file of this name already")
        .hint("remove it, or name another directory")
}
