//! Checks files against a dataset's schema before anything is sent.
//!
//! [`sniff`] says what a file is by its content; [`file()`] reads it once, from front to back, and
//! answers [`Findings`]: every row that the platform would refuse, with the line or row group, the
//! column's path, what was expected and what was found. A file is never held in memory; a row is
//! bounded by [`Options::max_row_bytes`], and of each kind of finding only a few examples are kept
//! while all are counted.
//!
//! What is checked follows the platform's own checks on batches: types by its conversion table,
//! required fields, enumerations, bounds, lengths, formats of dates, and that no field is unknown.
//! Adobe doesn't check `pattern` in batches; it is checked here, because a row that breaks it is
//! still not what the schema describes.
//!
//! Both functions block: call them from `spawn_blocking` in asynchronous code.
//!
//! ```no_run
//! # fn main() -> aep_core::Result<()> {
//! # let schema = aep_ingest::xdm::Schema::compile(&serde_json::Value::Null)?;
//! use aep_ingest::validate::{self, Options};
//!
//! let path = std::path::Path::new("members.ndjson");
//! let detected = validate::sniff(path)?;
//! let findings = validate::file(path, detected.format, &schema, &Options::default())?;
//! for finding in &findings.findings {
//!     eprintln!("{finding}");
//! }
//! assert!(findings.is_ok(), "{} of {} rows", findings.failed_rows, findings.rows);
//! # Ok(()) }
//! ```

pub(crate) mod at;
pub(crate) mod blocks;
pub(crate) mod csv;
pub(crate) mod findings;
pub(crate) mod json;
pub(crate) mod number;
mod options;
mod parquet;
pub(crate) mod scalar;
pub(crate) mod sift;
pub(crate) mod sniff;
pub(crate) mod tally;
pub(crate) mod time;

use std::fs::File;
use std::path::Path;

use aep_core::{Error, ErrorKind, Result};

pub use findings::{Count, Finding, Findings, Rule, Severity};
pub use options::{CsvOptions, OnUnknown, Options, Watch};
pub(crate) use parquet::metadata;
pub use sniff::{Detected, Format, sniff};

use crate::xdm::Schema;

/// Checks one file, of a format that is known, against a schema. Blocks.
///
/// Whatever is wrong with the data is in the answer, also a file that is damaged half way.
///
/// # Errors
///
/// `NotFound` and `Io` when the file can't be read, `Usage` when it isn't a regular file,
/// `Rejected` when it is empty or plainly of another format than `format`, `Cancelled` when
/// [`Watch::stop`] was called.
pub fn file(path: &Path, format: Format, schema: &Schema, options: &Options) -> Result<Findings> {
    sniff::confirm(path, format)?;
    let file = File::open(path).map_err(|error| sniff::unreadable(path, error))?;
    let name: std::sync::Arc<str> = path.display().to_string().into();
    let mut tally = tally::Tally::new(options);
    let done = match format {
        Format::NdJson => json::lines(file, schema, options, &mut tally, None),
        Format::Json => json::document(file, schema, options, &mut tally, None),
        Format::Csv => csv::rows(file, schema, options, &mut tally, None),
        Format::Parquet => parquet::columns(path, schema, options, &mut tally, None),
    };
    match done {
        Ok(()) => Ok(tally.finish(&name, format)),
        Err(stop) => Err(stop.into_error("validate the file", &name)),
    }
}

/// Why a check ended before the end of the file.
#[derive(Debug)]
pub(crate) enum Stop {
    Read(std::io::Error),
    Cancelled,
    Failed(Box<Error>),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(Box::new(error))
    }
}

impl Stop {
    fn into_error(self, doing: &'static str, file: &str) -> Error {
        match self {
            Self::Read(error) => Error::new(ErrorKind::Io, "read the file")
                .with("file", file)
                .because(error),
            Self::Cancelled => Error::new(ErrorKind::Cancelled, doing).with("file", file),
            Self::Failed(error) => *error,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
