//! What a file is, by its content.

mod magic;
mod text;

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::str::FromStr;

use aep_core::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// A format that batches can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// One JSON array of rows, or one row; the batch's `isMultiLineJson` is true.
    Json,
    /// JSON Lines: one object a line; the batch's `isMultiLineJson` is false.
    NdJson,
    /// Comma-separated values with a header.
    Csv,
}

impl Format {
    /// The name on the command line and in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Json => "json",
            Self::NdJson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// The format that a file's extension promises.
    pub fn of_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "parquet" | "pq" => Self::Parquet,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::NdJson,
            "csv" => Self::Csv,
            _ => return None,
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        [Self::Parquet, Self::Json, Self::NdJson, Self::Csv]
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| {
                Error::new(ErrorKind::Usage, "read the format")
                    .with("format", name)
                    .hint("the formats are parquet, json, ndjson and csv")
            })
    }
}

/// What [`sniff`] found out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Detected {
    /// The format of the content.
    pub format: Format,
    /// What the batch's `isMultiLineJson` must be; false for what isn't JSON.
    pub multi_line_json: bool,
    /// Bytes.
    pub size: u64,
    /// The format that the extension promises, if it promises another one.
    pub named: Option<Format>,
}

impl Detected {
    /// `named .parquet, but is json`, when the name says something else than the content.
    ///
    /// JSON Lines in a file named `.json` are common and no disagreement.
    pub fn disagreement(&self) -> Option<String> {
        self.named
            .map(|named| format!("named as {named}, but its content is {}", self.format))
    }
}

/// How much of a file is looked at to tell text formats apart.
const HEAD: usize = 64 << 10;

/// Finds out the format of a file from its content. Blocks.
///
/// The extension decides nothing; when it promises something else,
/// [`Detected::named`] says so.
///
/// # Errors
///
/// `NotFound` and `Io` when it can't be read, `Usage` when it isn't a regular file, `Rejected` when
/// it is empty, damaged at an end (a Parquet file without its tail), compressed, or of a format that
/// batches don't take; the message names what it is.
pub fn sniff(path: &Path) -> Result<Detected> {
    let mut file = open(path)?;
    let size = file
        .metadata()
        .map_err(|error| unreadable(path, error))?
        .len();
    let format = look(&mut file, path, size)?;
    let named = Format::of_extension(path).filter(|named| {
        *named != format && !matches!((named, format), (Format::Json, Format::NdJson))
    });
    Ok(Detected {
        format,
        multi_line_json: format == Format::Json,
        size,
        named,
    })
}

fn look(file: &mut File, path: &Path, size: u64) -> Result<Format> {
    // one byte more than there is, so that the end is found without making room for more
    let room = usize::try_from(size).unwrap_or(HEAD).min(HEAD) + 1;
    let mut head = Vec::with_capacity(room);
    file.by_ref()
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(path, error))?;
    if head.is_empty() {
        return Err(
            rejected(path, "it is empty").hint("the platform refuses an empty file with code 106")
        );
    }
    if let Some(other) = magic::foreign(&head) {
        return Err(rejected(path, format!("it is {}", other.what)).hint(other.hint));
    }
    if magic::is_parquet(&head) {
        let mut tail = [0; 8];
        let read = |file: &mut File, tail: &mut [u8]| {
            file.seek(SeekFrom::End(-8))?;
            file.read_exact(tail)
        };
        if size < 12 {
            return Err(rejected(
                path,
                format!("it begins as Parquet and ends after {size} bytes"),
            ));
        }
        read(file, &mut tail).map_err(|error| unreadable(path, error))?;
        return match magic::tail(tail, size) {
            Ok(()) => Ok(Format::Parquet),
            Err(what) => {
                Err(rejected(path, what).hint("the file is cut short or still being written"))
            }
        };
    }
    let whole = head.as_slice().chain(file);
    text::tell(&head, whole, size > head.len() as u64)
        .map_err(|error| unreadable(path, error))?
        .map_err(|what| rejected(path, what).hint("batches take Parquet, JSON and CSV, in UTF-8"))
}

/// Opens a regular file; anything else could block or never end.
fn open(path: &Path) -> Result<File> {
    let kind = std::fs::metadata(path).map_err(|error| unreadable(path, error))?;
    if !kind.is_file() {
        let what = if kind.is_dir() {
            "it is a directory"
        } else {
            "it is not a regular file"
        };
        return Err(Error::new(ErrorKind::Usage, "read the file")
            .with("file", path.display())
            .because(what));
    }
    File::open(path).map_err(|error| unreadable(path, error))
}

/// Refuses a file that is plainly of another format than the one it is to be read as.
pub(crate) fn confirm(path: &Path, format: Format) -> Result<()> {
    let mut file = open(path)?;
    let size = file
        .metadata()
        .map_err(|error| unreadable(path, error))?
        .len();
    let found = match look(&mut file, path, size) {
        Ok(found) => found,
        // Text that isn't recognised is read as what the caller says: the check will say where it
        // isn't that. What isn't text at all, and Parquet cut short, stays refused.
        Err(error) if format == Format::Parquet => return Err(error),
        Err(error) => {
            let mut head = [0; 512];
            file.seek(SeekFrom::Start(0))
                .map_err(|error| unreadable(path, error))?;
            let count = file
                .read(&mut head)
                .map_err(|error| unreadable(path, error))?;
            let head = head.get(..count).unwrap_or_default();
            let text = count > 0 && magic::foreign(head).is_none() && !magic::is_parquet(head);
            return if text { Ok(()) } else { Err(error) };
        }
    };
    let fits = match (format, found) {
        // Any text may be CSV, the reader of JSON says best where text is not JSON, and one row in
        // one line is JSON of both kinds.
        (Format::Csv, Format::Json | Format::NdJson)
        | (Format::Json | Format::NdJson, Format::Csv)
        | (Format::Json, Format::NdJson) => true,
        (format, found) => format == found,
    };
    if fits {
        return Ok(());
    }
    Err(
        Error::new(ErrorKind::Rejected, format!("read the file as {format}"))
            .with("file", path.display())
            .because(format!("its content is {found}"))
            .hint(format!(
                "say `{found}` as the format, or let it be found out"
            )),
    )
}

fn rejected(path: &Path, what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Rejected, "accept the file")
        .with("file", path.display())
        .because(what)
}

pub(super) fn unreadable(path: &Path, error: io::Error) -> Error {
    let kind = if error.kind() == io::ErrorKind::NotFound {
        ErrorKind::NotFound
    } else {
        ErrorKind::Io
    };
    Error::new(kind, "read the file")
        .with("file", path.display())
        .because(error)
}
