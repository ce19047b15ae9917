//! Refused rows in files on this machine.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::plan::PlannedFile;
use crate::source::{Content, Layout};
use crate::validate::sift::{Located, Only, locate};
use crate::validate::{self, Finding, Format};
use crate::xdm::Schema;
use crate::{shape, source};

/// A refused row in a file on this machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FoundRow {
    /// The file.
    pub file: String,
    /// Its number in the file, from 1; of a text file that was sent in parts or without some of its rows, its number in what
    /// was sent.
    pub row: u64,
    /// The line that it begins in, in a text format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What it says, shortened.
    pub text: String,
    /// What the check on this machine finds wrong with it.
    pub findings: Vec<Finding>,
}

/// Rows by their numbers, which are counted through all files. Blocks.
pub(super) fn find(
    files: &[PlannedFile],
    format: Format,
    schema: &Schema,
    only: &Only,
) -> Result<Vec<(u64, FoundRow)>> {
    let mut found = Vec::new();
    let mut before = 0;
    for file in files {
        let here = only.of_file(before, u64::MAX);
        if here.count() == 0 {
            break;
        }
        let name: Arc<str> = file.content.path().display().to_string().into();
        let options = validate::Options::default();
        let look = |path: &Path| locate(path, format, schema, &options, &name, &here);
        let (rows, total) = match &file.content {
            Content::File(origin) => {
                let (rows, total) = look(&origin.path)?;
                let rows = rows.into_iter().map(|row| (row.row, found_in(&name, row)));
                (rows.collect::<Vec<_>>(), total)
            }
            made => {
                let failed = |error: io::Error| {
                    Error::new(ErrorKind::Io, "look for rows")
                        .with("file", &name)
                        .because(error)
                };
                let (copy, layout) = put_together(made).map_err(failed)?;
                let (rows, total) = look(copy.path())?;
                let placed = rows.into_iter().map(|row| place(made, &layout, row));
                (
                    placed.collect::<io::Result<Vec<_>>>().map_err(failed)?,
                    total,
                )
            }
        };
        found.extend(rows.into_iter().map(|(row, place)| (before + row, place)));
        before += total;
    }
    Ok(found)
}

fn found_in(file: &str, row: Located) -> FoundRow {
    FoundRow {
        file: file.to_owned(),
        row: row.row,
        line: row.line,
        text: row.text,
        findings: row.findings,
    }
}

/// A file as it was sent, for as long as it is looked at.
fn put_together(content: &Content) -> io::Result<(NamedTempFile, Arc<Layout>)> {
    let mut copy = NamedTempFile::new()?;
    let mut out = BufWriter::new(&mut copy);
    let layout = source::copy(content, &mut out)?;
    out.flush()?;
    drop(out);
    Ok((copy, layout))
}

/// Where a row of something that was put together is from.
fn place(content: &Content, layout: &Layout, row: Located) -> io::Result<(u64, FoundRow)> {
    let (number, start) = (row.row, row.start);
    let mut found = found_in(&content.path().display().to_string(), row);
    if let Content::Groups(groups) = content {
        let mut before = 0;
        for (origin, skipped, rows) in shape::rows(groups)? {
            if number <= before + rows {
                found.row = skipped + number - before;
                found.file = origin.path.display().to_string();
                break;
            }
            before += rows;
        }
    } else if let Some((at, start)) = start.and_then(|start| layout.origin_of(start))
        && let Some(origin) = layout.origins.get(at)
    {
        found.line = Some(1 + breaks(&origin.path, start)?);
        found.file = origin.path.display().to_string();
    }
    let file: Arc<str> = found.file.as_str().into();
    for finding in &mut found.findings {
        finding.file = Arc::clone(&file);
        finding.line = found.line;
    }
    Ok((number, found))
}

/// Line breaks before a byte of a file.
fn breaks(path: &Path, end: u64) -> io::Result<u64> {
    let mut start = File::open(path)?.take(end);
    let mut space = vec![0; 64 * 1024];
    let mut breaks = 0;
    loop {
        let read = start.read(&mut space)?;
        if read == 0 {
            return Ok(breaks);
        }
        let piece = space.get(..read).unwrap_or_default();
        breaks += memchr::memchr_iter(b'\n', piece).count() as u64;
    }
}
