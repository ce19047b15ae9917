//! Readers: bytes of an uploaded file to rows, one at a time.

pub(crate) mod csv;
pub(crate) mod document;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod parquet;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::datum::Datum;
use super::fault::Fault;
use super::format::InputFormat;

/// Largest row that is read, in bytes. Longer ones are corrupt, so that memory stays bounded (emulator choice).
pub(crate) const MAX_ROW: usize = 16 * 1024 * 1024;

/// How much of a corrupt row is kept for diagnostics, in bytes.
const MAX_RAW: usize = 64 * 1024;

/// What a reader found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Row {
    /// A row, and about how many bytes it took in the file.
    Good(Datum, usize),
    /// Something that should be a row and can't be read as one.
    Corrupt {
        /// The text as found, cut when long.
        raw: String,
        /// Why it can't be read.
        message: String,
    },
}

impl Row {
    fn corrupt(raw: &[u8], message: impl Into<String>) -> Self {
        let cut = raw.len().min(MAX_RAW);
        Self::Corrupt {
            raw: String::from_utf8_lossy(&raw[..cut]).into_owned(),
            message: message.into(),
        }
    }
}

/// A source of rows. An error ends the file; a corrupt row doesn't.
pub(crate) trait Rows {
    /// The next row, or `None` at the end.
    fn next_row(&mut self) -> Result<Option<Row>, Fault>;

    /// The columns a file declares before its first row; JSON declares none.
    fn header(&self) -> Header<'_>;
}

/// What a file says of its columns.
#[derive(Debug)]
pub(crate) enum Header<'a> {
    /// Nothing: each row brings its own.
    None,
    /// CSV: dotted paths of scalars.
    Paths(&'a [String]),
    /// Parquet: typed columns.
    Columns(&'a arrow::datatypes::Fields),
}

/// Opens a file of the batch's format.
pub(crate) fn open(path: &Path, format: &InputFormat) -> Result<Box<dyn Rows>, Fault> {
    let file = File::open(path).map_err(|error| Fault::io(&error))?;
    if file.metadata().map_err(|error| Fault::io(&error))?.len() == 0 {
        return Err(Fault::empty_file());
    }
    Ok(match format {
        InputFormat::Parquet => Box::new(parquet::ParquetRows::open(file)?),
        InputFormat::Json { multi_line: false } => Box::new(lines::Lines::new(unmarked(file)?)),
        InputFormat::Json { multi_line: true } => {
            Box::new(document::Document::new(unmarked(file)?))
        }
        InputFormat::Csv(options) => Box::new(csv::CsvRows::new(unmarked(file)?, options)?),
    })
}

/// A reader that has looked at the first bytes and gives them back unless they are a mark.
pub(crate) type Unmarked<R> = BufReader<io::Chain<io::Cursor<Vec<u8>>, R>>;

/// A buffered reader past the UTF-8 byte order mark, if there is one.
pub(crate) fn unmarked<R: Read>(source: R) -> Result<Unmarked<R>, Fault> {
    const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
    let mut source = source;
    let mut head = Vec::with_capacity(3);
    source
        .by_ref()
        .take(3)
        .read_to_end(&mut head)
        .map_err(|error| Fault::io(&error))?;
    if head == MARK {
        head.clear();
    }
    Ok(BufReader::with_capacity(
        64 * 1024,
        io::Cursor::new(head).chain(source),
    ))
}
