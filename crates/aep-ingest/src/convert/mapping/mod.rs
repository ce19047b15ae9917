//! Which column becomes which field: the mapping file.
//!
//! A mapping is YAML (JSON is YAML too). Every key may be left out; an unknown one is an error.
//!
//! ```yaml
//! csv:                              # how the file is written
//!   delimiter: ";"                  # one character, or `tab`; default `,`
//!   quote: "'"                      # default `"`
//!   escape: none                    # default `\`
//!   names: [id, first, joined]      # the names of the columns of a file without a header
//! nulls: ["NULL", "n/a"]            # texts that stand for null, in every column
//! columns:                          # column: XDM path, or settings, or a list of both
//!   member: _local.memberId
//!   joined: {to: _local.joinedOn, format: "%d/%m/%Y"}
//!   seen:   {to: _local.lastActivity, format: "%Y-%m-%d %H:%M", zone: Europe/Berlin}
//!   spent:  {to: _local.lifetimeValue, type: number, decimal: ",", nulls: ["-"], default: 0}
//!   vip:    {to: _local.active, true: [yes, Y], false: [no, N]}
//!   stores: {to: _local.favouriteStores, split: "|", trim: true}
//! constants:                        # XDM path: value
//!   _local.tier: bronze
//! _id: {from: [shop, order], as: uuid}     # uuid (default), hash, or text with a `separator`
//! identityMap:
//!   - {namespace: Email, id: email, primary: true}
//! ignore: [internal_note, "tmp_*"]  # columns that are left out
//! ```
//!
//! A column that the mapping doesn't name is taken by its own name if that is a path of the schema, and is an error
//! otherwise, unless it is listed under `ignore`: nothing is left out in silence. Dates are written in the directives of
//! [strftime](jiff::fmt::strtime). A date-time whose pattern has no zone needs a `zone`.

mod document;
mod feed;
mod path;
mod resolve;
mod suggest;

use aep_core::{Error, ErrorKind, Result};

use crate::validate::CsvOptions;
use document::Document;
pub(super) use feed::{Feed, IdForm, Input, Source};
pub(super) use path::{Path, Step};
pub use resolve::Line;
pub(super) use resolve::{Plan, resolve};

/// What the columns of files become. [`Mapping::default`] takes every column by its name.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    file: Box<str>,
    document: Document,
    csv: CsvOptions,
}

impl Mapping {
    /// Reads a mapping; `file` is what errors call it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] with the line of what isn't understood.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let document: Document = if text.trim().is_empty() {
            Document::default()
        } else {
            serde_saphyr::from_str(text).map_err(|error| {
                let line = error.location().map(|at| at.line());
                let why = error.without_snippet().to_string();
                wrong(
                    file,
                    line,
                    why.lines().next().unwrap_or_default().to_owned(),
                )
            })?
        };
        let mut csv = CsvOptions::default();
        let part = &document.csv;
        if let Some(delimiter) = &part.delimiter {
            csv.delimiter = byte(file, delimiter)?;
        }
        if let Some(quote) = &part.quote {
            csv.quote = byte(file, quote)?;
        }
        if let Some(escape) = &part.escape {
            csv.escape = if escape.value == "none" {
                None
            } else {
                Some(byte(file, escape)?)
            };
        }
        Ok(Self {
            file: file.into(),
            document,
            csv,
        })
    }

    /// How CSV files are written.
    pub fn csv(&self) -> &CsvOptions {
        &self.csv
    }

    /// Whether it says anything about columns: without, every column is taken by its name.
    pub(super) fn names_columns(&self) -> bool {
        let document = &self.document;
        !(document.columns.0.is_empty()
            && document.constants.0.is_empty()
            && document.id.is_none()
            && document.identities.is_empty()
            && document.ignore.is_empty())
    }

    /// The columns of a file that has no header.
    pub(super) fn header(&self) -> Option<&[String]> {
        self.document.csv.names.as_deref()
    }

    /// The names of all columns that are used or left out, as in the file.
    pub(super) fn sources(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        };
        let document = &self.document;
        document
            .columns
            .0
            .iter()
            .for_each(|(name, _)| add(&name.value));
        document
            .id
            .iter()
            .flat_map(|id| &id.value.from)
            .for_each(|name| add(name));
        document
            .identities
            .iter()
            .for_each(|identity| add(&identity.value.id));
        names
    }

    /// Whether a column is left out.
    pub(super) fn ignores(&self, name: &str) -> bool {
        self.document.ignore.iter().any(|pattern| {
            pattern == name
                || glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches(name))
        })
    }

    pub(super) fn wrong(&self, line: Option<u64>, why: String) -> Error {
        wrong(&self.file, line, why)
    }
}

fn wrong(file: &str, line: Option<u64>, why: String) -> Error {
    let mut error = Error::new(ErrorKind::Usage, "use the mapping");
    if !file.is_empty() {
        error = error.with("file", file);
    }
    if let Some(line) = line {
        error = error.with("line", line);
    }
    error.because(why)
}

fn byte(file: &str, text: &serde_saphyr::Spanned<String>) -> Result<u8> {
    match text.value.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Ok(*byte),
        _ if text.value == "tab" => Ok(b'\t'),
        _ => Err(wrong(
            file,
            Some(text.referenced.line()),
            format!("`{}` is not one ASCII character", text.value),
        )),
    }
}
