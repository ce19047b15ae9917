//! Converts CSV, JSON and JSON Lines to Parquet that fits a dataset's schema.
//!
//! A column of CSV is named by the XDM path that it fills, or a [`Mapping`] says which one it is:
//!
//! | Header | What it fills |
//! |---|---|
//! | `person.name.firstName` | a field in an object |
//! | `_local.favouriteStores[0]` | an element of an array; cells without a value leave none |
//! | `_local.cards[0].number` | a field in an element |
//! | `_local.preferences.channel` | the value of the key `channel` of a map; `["a.b"]` for keys with a dot |
//! | `_local.cards` | a whole array, map or object: the cells are JSON |
//!
//! Rows of JSON are rows of the schema, unless a mapping names their values by path.
//!
//! Values are converted by the platform's table, exactly or not at all: a number that doesn't fit its column, a text that
//! is no date of the form that was said, a row with a field too many are findings with line, path, rule and value, as
//! those of [`crate::validate`], and such rows are not written. All other rules of the schema are checked on the way.
//! Beyond the table, `true` and `false` in CSV are booleans, because CSV has no others.
//!
//! A file is read once, in segments that become row groups, on all processors; memory follows the number of
//! threads, not the file. The same file and mapping give the same bytes.
//!
//! [`file()`] blocks: call it from `spawn_blocking` in asynchronous code.

mod cells;
mod columns;
mod date;
mod json;
mod judge;
mod layout;
mod mapping;
mod record;
mod segments;
mod shape;
mod trouble;
mod write;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};

pub use mapping::{Line as MappingLine, Mapping};
pub(crate) use record::Record;

use crate::rejects::Rejects;
use crate::validate::at::At;
use crate::validate::sift::Aside;
use crate::validate::tally::Tally;
use crate::validate::{self, Findings, Format, Rule, Stop, sniff};
use crate::xdm::Schema;
use layout::Layout;
use segments::{Halt, Out};
pub(crate) use shape::is_written;
use write::{Files, Form};

/// The largest file that is made, in bytes, unless told otherwise: below what a single request takes.
pub const FILE_BYTES: u64 = 200_000_000;

/// The text that becomes a row group, in bytes.
const GROUP_BYTES: usize = 16 << 20;

/// How to convert.
#[derive(Debug, Clone)]
pub struct Options {
    /// How rows are read and checked; its `csv` part is the mapping's.
    pub check: validate::Options,
    /// Whether rows that break a rule are left out, also those that could be written. Default: only rows that can't be
    /// written are left out.
    pub drop_bad: bool,
    /// The largest file, in bytes; a larger one is cut between row groups. Default: [`FILE_BYTES`].
    pub file_bytes: u64,
    pub(crate) group_bytes: usize,
    /// Whether rows are noted one by one, so that they can be set aside.
    pub(crate) each: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            check: validate::Options::default(),
            drop_bad: false,
            file_bytes: FILE_BYTES,
            group_bytes: GROUP_BYTES,
            each: false,
        }
    }
}

impl Options {
    fn tally(&self) -> Tally {
        let tally = Tally::new(&self.check);
        if self.each { tally.each() } else { tally }
    }
}

/// What became of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Converted {
    /// The Parquet files, in the order of the rows; none if there are no rows to write.
    pub files: Vec<PathBuf>,
    /// Rows in them.
    pub rows: u64,
    /// Rows that could not be written.
    pub lost: u64,
    /// What was found in the rows.
    pub findings: Findings,
    /// What became of the columns; empty for JSON without a mapping.
    pub mapping: Vec<MappingLine>,
}

/// Converts one file. The result is `{stem}.parquet` in `to`, or `{stem}-00001.parquet` and so on. Blocks.
///
/// What is wrong with the rows is in the answer; the files hold the others.
///
/// # Errors
///
/// [`ErrorKind::Usage`] for a mapping that doesn't fit the file or the schema, with its line and the nearest path;
/// [`ErrorKind::Rejected`] for a file that is empty, of another format, or without a usable header;
/// [`ErrorKind::Conflict`] if there is such a file already; [`ErrorKind::Io`] and [`ErrorKind::NotFound`] for files
/// that can't be read or written; [`ErrorKind::Cancelled`] when [`validate::Watch::stop`] was called.
pub fn file(
    path: &Path,
    format: Format,
    schema: &Schema,
    mapping: &Mapping,
    options: &Options,
    to: &Path,
    stem: &str,
) -> Result<Converted> {
    let name: Arc<str> = path.display().to_string().into();
    let input = Input {
        path,
        format,
        schema,
        mapping,
        name: &name,
    };
    input.convert(options, to, stem, None)
}

/// A file that is converted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input<'i> {
    pub(crate) path: &'i Path,
    pub(crate) format: Format,
    pub(crate) schema: &'i Schema,
    pub(crate) mapping: &'i Mapping,
    /// What it is called in findings.
    pub(crate) name: &'i Arc<str>,
}

impl Input<'_> {
    /// As [`file()`]; rows that break a rule go to `rejects`, if there are any. When something is wrong with the file as a
    /// whole, all of it is set aside. Blocks.
    pub(crate) fn convert(
        self,
        options: &Options,
        to: &Path,
        stem: &str,
        rejects: Option<&mut Rejects>,
    ) -> Result<Converted> {
        let Some(rejects) = rejects else {
            return self.run(options, to, stem, None).map(|(done, _)| done);
        };
        let options = Options {
            drop_bad: true,
            each: true,
            ..options.clone()
        };
        let mark = rejects.mark()?;
        let (mut done, whole) = self.run(&options, to, stem, Some(&mut *rejects))?;
        if whole {
            for file in done.files.drain(..) {
                std::fs::remove_file(&file).map_err(|error| {
                    Error::new(ErrorKind::Io, "remove the converted file")
                        .with("file", file.display())
                        .because(error)
                })?;
            }
            rejects.back(&mark)?;
            rejects.whole(&done.findings)?;
            (done.rows, done.lost) = (0, 0);
        }
        Ok(done)
    }

    /// A file of which nothing is converted.
    fn unusable(self, error: &Error, options: &Options) -> Converted {
        let why = std::error::Error::source(error).map(ToString::to_string);
        let mut tally = options.tally();
        let found = why.unwrap_or_else(|| error.to_string());
        tally.odd(Rule::Columns, &At::ROW, None, "a header", &found);
        Converted {
            files: Vec::new(),
            rows: 0,
            lost: 0,
            findings: tally.finish(self.name, self.format),
            mapping: Vec::new(),
        }
    }

    /// What became of the file, and whether something is wrong with it as a whole.
    fn run(
        self,
        options: &Options,
        to: &Path,
        stem: &str,
        rejects: Option<&mut Rejects>,
    ) -> Result<(Converted, bool)> {
        let Self {
            path,
            format,
            schema,
            mapping,
            name,
        } = self;
        sniff::confirm(path, format)?;
        let layout = match Layout::read(path, format, schema, mapping, options) {
            // without a header nothing can be said of the rows
            Err(error) if rejects.is_some() && error.kind() == ErrorKind::Rejected => {
                return Ok((self.unusable(&error, options), true));
            }
            read => read.map_err(|error| named(error, path))?,
        };
        let form = Form::new(layout.fields())?;
        let mut files = Files::new(&form, to, stem, options.file_bytes)?;
        let mut tally = options.tally();
        let convert = || -> Result<u64, Halt> {
            let mut cut = layout.cut(format, File::open(path).map_err(Stop::Read)?)?;
            let aside = rejects
                .map(|rejects| Aside::new(path, format, rejects))
                .transpose();
            let out = Out {
                files: &mut files,
                aside: aside.map_err(Stop::Read)?.map(|aside| (aside, name)),
            };
            segments::run(&mut *cut, &layout, &form, out, options, &mut tally)
        };
        let lost = { convert }().map_err(|halt| match halt {
            Halt::Error(error) => error.with("input", path.display()),
            Halt::Stop(Stop::Read(error)) => Error::new(ErrorKind::Io, "read the file")
                .with("file", path.display())
                .because(error),
            Halt::Stop(Stop::Failed(error)) => *error,
            Halt::Stop(Stop::Cancelled) => {
                Error::new(ErrorKind::Cancelled, "convert the file").with("file", path.display())
            }
        })?;
        let rows = files.rows;
        let whole = tally.is_whole();
        let done = Converted {
            files: files.finish()?,
            rows,
            lost,
            findings: tally.finish(name, format),
            mapping: layout
                .plan()
                .map(|plan| plan.lines.clone())
                .unwrap_or_default(),
        };
        Ok((done, whole))
    }
}

/// What the columns of a file become, without converting it. Blocks. Empty for JSON without a mapping, whose rows are
/// rows of the schema.
///
/// # Errors
/// As [`file()`], where they are about the mapping and the header.
pub fn explain(
    path: &Path,
    format: Format,
    schema: &Schema,
    mapping: &Mapping,
) -> Result<Vec<MappingLine>> {
    let layout = Layout::read(path, format, schema, mapping, &Options::default())
        .map_err(|error| named(error, path))?;
    Ok(layout
        .plan()
        .map(|plan| plan.lines.clone())
        .unwrap_or_default())
}

/// An error about a mapping names the file that doesn't fit it too.
fn named(error: Error, path: &Path) -> Error {
    if error.context().iter().any(|(key, _)| *key == "input") || error.kind() != ErrorKind::Usage {
        return error;
    }
    error.with("input", path.display())
}

#[cfg(test)]
pub(crate) mod tests;
