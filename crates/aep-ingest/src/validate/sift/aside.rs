//! Rows of text formats on their way out of a file.

use std::fs::File;
use std::io;
use std::path::Path;

use super::good::copy;
use crate::rejects::{Kind, Rejects};
use crate::validate::{Finding, Format, Stop};

/// Copies rows of a file to those that are set aside.
#[derive(Debug)]
pub(crate) struct Aside<'a> {
    file: File,
    size: u64,
    rejects: &'a mut Rejects,
    /// The kind of the rows; a CSV header is read when the first row needs it.
    kind: Option<Kind>,
    /// Where the first row begins: what is before it is the header.
    pub(crate) first: Option<u64>,
}

impl<'a> Aside<'a> {
    pub(crate) fn new(path: &Path, format: Format, rejects: &'a mut Rejects) -> io::Result<Self> {
        let file = File::open(path)?;
        Ok(Self {
            size: file.metadata()?.len(),
            file,
            rejects,
            kind: (format != Format::Csv).then_some(Kind::Lines),
            first: None,
        })
    }

    /// Sets the row at these bytes aside.
    pub(crate) fn row(&mut self, start: u64, end: u64, why: &[Finding]) -> Result<(), Stop> {
        let kind = match &self.kind {
            Some(kind) => kind.clone(),
            None => self.header()?,
        };
        let end = self.trimmed(start, end.min(self.size))?;
        let file = &mut self.file;
        self.rejects
            .row(
                &kind,
                |out| copy(file, start, end.saturating_sub(start), out),
                why,
            )
            .map_err(Stop::from)
    }

    /// The end, without the line break there.
    fn trimmed(&mut self, start: u64, end: u64) -> io::Result<u64> {
        let mut tail = Vec::with_capacity(2);
        let from = end.saturating_sub(2).max(start);
        copy(&mut self.file, from, end.saturating_sub(from), &mut tail)?;
        let breaks = match tail.as_slice() {
            [.., b'\r', b'\n'] => 2,
            [.., b'\n'] => 1,
            _ => 0,
        };
        Ok(end - breaks)
    }

    fn header(&mut self) -> io::Result<Kind> {
        let mut header = Vec::new();
        copy(&mut self.file, 0, self.first.unwrap_or(0), &mut header)?;
        if !header.is_empty() && !header.ends_with(b"\n") {
            header.push(b'\n');
        }
        let kind = Kind::Csv(header.into());
        self.kind = Some(kind.clone());
        Ok(kind)
    }
}
