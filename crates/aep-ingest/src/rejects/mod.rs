//! Rows that are set aside: written apart as they are, to be mended and sent again, with the reasons beside them.
//!
//! Rows of JSON and Parquet files become JSON Lines, rows of CSV files stay CSV below their header. The first kind of
//! row gets the file that was named; rows that can't go there (another header, another format) get a numbered one next
//! to it. `FILE.reasons.ndjson` has a line for each reason, with the row's number in the file that it went to. All is
//! written into temporary files, which take their names at the end: an interrupted run leaves nothing half written.

mod out;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

use self::out::Out;
use crate::Format;
use crate::validate::{Finding, Findings};

/// Rows that were set aside, and where they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Rejected {
    /// Rows that are not sent: those in [`Rejected::files`] and those of [`Rejected::whole`].
    pub rows: u64,
    /// Where the rows are.
    pub files: Vec<RejectedRows>,
    /// Why they are there, a line for each reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<PathBuf>,
    /// Files of which nothing is sent, because what is wrong concerns all of their rows. They are not copied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whole: Vec<RejectedFile>,
}

/// A file with rows that were set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RejectedRows {
    /// Where it is.
    pub path: PathBuf,
    /// What its rows are written in.
    pub format: Format,
    /// How many there are.
    pub rows: u64,
}

/// A file of which nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RejectedFile {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// Rows that could be counted in it.
    pub rows: u64,
    /// What is wrong with it.
    pub why: String,
}

impl Rejected {
    /// Whether every row is sent.
    pub fn is_empty(&self) -> bool {
        self.rows == 0 && self.whole.is_empty()
    }

    /// Takes the files away again, when nothing else of a run is left.
    pub(crate) fn remove(&self) {
        let files = self.files.iter().map(|file| &file.path);
        for path in files.chain(&self.reasons) {
            if let Err(error) = std::fs::remove_file(path) {
                tracing::debug!(path = %path.display(), %error, "rejected rows stay");
            }
        }
    }
}

/// What a row is written in; rows of different kinds don't go into one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An object on each line.
    Lines,
    /// Records below this header, which ends with its line break.
    Csv(Arc<[u8]>),
}

/// Takes rows that are set aside.
#[derive(Debug)]
pub(crate) struct Rejects {
    path: PathBuf,
    outs: Vec<(Kind, Out)>,
    reasons: Option<Out>,
    rows: u64,
    whole: Vec<RejectedFile>,
}

/// A state to go back to.
#[derive(Debug)]
pub(crate) struct Mark {
    outs: Vec<(u64, u64)>,
    reasons: Option<(u64, u64)>,
    rows: u64,
}

/// A line of the reasons.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    /// The file that the row went to, and which row of it.
    rejects: Option<&'a str>,
    rejects_row: Option<u64>,
    #[serde(flatten)]
    finding: &'a Finding,
}

impl Rejects {
    /// Rows go to `path`, which must not be there yet, unless it is empty.
    ///
    /// # Errors
    /// `Conflict` if there is a file with content, `Io` if it can't be known.
    pub(crate) fn new(path: &Path) -> Result<Self> {
        for path in [path.to_owned(), reasons_of(path)] {
            match std::fs::metadata(&path) {
                Ok(there) if there.len() > 0 || !there.is_file() => {
                    return Err(Error::new(ErrorKind::Conflict, "write rejected rows")
                        .with("file", path.display())
                        .because("it is there already")
                        .hint("its rows may not have been mended and sent yet: move it, or name another file"));
                }
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed(&path, error));
                }
                _ => {}
            }
        }
        Ok(Self {
            path: path.to_owned(),
            outs: Vec::new(),
            reasons: None,
            rows: 0,
            whole: Vec::new(),
        })
    }

    /// Sets a row aside: `write` writes it without a line break. The reasons may be none of this row's fault, never none
    /// at all.
    pub(crate) fn row(
        &mut self,
        kind: &Kind,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
        reasons: &[Finding],
    ) -> Result<()> {
        self.rows += 1;
        let number = match self.outs.iter().position(|(known, _)| known == kind) {
            Some(number) => number,
            None => self.open(kind)?,
        };
        let Some((kind, out)) = self.outs.get_mut(number) else {
            return Ok(());
        };
        let written = match kind {
            Kind::Lines => write(&mut out::OneLine(out)),
            Kind::Csv(_) => write(out),
        };
        written
            .and_then(|()| out.end())
            .map_err(|error| failed(&self.path, error))?;
        let (name, row) = (out.name(), out.rows);
        self.say(Some(&name), Some(row), reasons)
    }

    /// A row that can't be written down is only named.
    pub(crate) fn unwritten(&mut self, reasons: &[Finding]) -> Result<()> {
        self.rows += 1;
        self.say(None, None, reasons)
    }

    /// Sets a file aside, by name: its rows are not copied.
    pub(crate) fn whole(&mut self, findings: &Findings) -> Result<()> {
        let about: Vec<Finding> = findings
            .findings
            .iter()
            .filter(|finding| finding.row == 0)
            .cloned()
            .collect();
        let why = about.first().map_or_else(
            || "it can't be read".to_owned(),
            |first| format!("expected {}, found {}", first.expected, first.found),
        );
        self.rows += findings.rows;
        self.whole.push(RejectedFile {
            file: Arc::clone(&findings.file),
            rows: findings.rows,
            why,
        });
        self.say(None, None, &about)
    }

    /// Rows that were set aside so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    fn open(&mut self, kind: &Kind) -> Result<usize> {
        let extension = match kind {
            Kind::Lines => "ndjson",
            Kind::Csv(_) => "csv",
        };
        let path = match self.outs.len() {
            0 => self.path.clone(),
            more => sibling(&self.path, more + 1, extension),
        };
        let made = Out::new(&path).and_then(|mut out| {
            if let Kind::Csv(header) = kind {
                out.write_all(header)?;
            }
            Ok(out)
        });
        let out = made.map_err(|error| failed(&path, error))?;
        self.outs.push((kind.clone(), out));
        Ok(self.outs.len() - 1)
    }

    fn say(&mut self, name: Option<&str>, row: Option<u64>, reasons: &[Finding]) -> Result<()> {
        let path = reasons_of(&self.path);
        let mut write = || -> io::Result<()> {
            if self.reasons.is_none() {
                self.reasons = Some(Out::new(&path)?);
            }
            let Some(out) = &mut self.reasons else {
                return Ok(());
            };
            for finding in reasons {
                let line = Line {
                    rejects: name,
                    rejects_row: row,
                    finding,
                };
                serde_json::to_writer(&mut *out, &line)?;
                out.end()?;
            }
            Ok(())
        };
        write().map_err(|error| failed(&path, error))
    }

    /// What is there now.
    pub(crate) fn mark(&mut self) -> Result<Mark> {
        let outs = self.outs.iter_mut().map(|(_, out)| out.mark());
        let marked = outs
            .collect::<io::Result<_>>()
            .and_then(|outs| Ok((outs, self.reasons.as_mut().map(Out::mark).transpose()?)));
        let (outs, reasons) = marked.map_err(|error| failed(&self.path, error))?;
        Ok(Mark {
            outs,
            reasons,
            rows: self.rows,
        })
    }

    /// Forgets what came after.
    pub(crate) fn back(&mut self, mark: &Mark) -> Result<()> {
        self.rows = mark.rows;
        self.outs.truncate(mark.outs.len());
        let mut back = || -> io::Result<()> {
            for ((_, out), mark) in self.outs.iter_mut().zip(&mark.outs) {
                out.back(*mark)?;
            }
            match (&mut self.reasons, mark.reasons) {
                (Some(reasons), Some(mark)) => reasons.back(mark),
                (reasons, _) => {
                    *reasons = None;
                    Ok(())
                }
            }
        };
        back().map_err(|error| failed(&self.path, error))
    }

    /// Gives the files their names, and says what is where.
    pub(crate) fn keep(self) -> Result<Rejected> {
        let mut rejected = Rejected {
            rows: self.rows,
            whole: self.whole,
            ..Rejected::default()
        };
        // The reasons last: who finds them finds the rows.
        for (kind, out) in self.outs {
            let rows = out.rows;
            let path = out.keep()?;
            let format = match kind {
                Kind::Lines => Format::NdJson,
                Kind::Csv(_) => Format::Csv,
            };
            rejected.files.push(RejectedRows { path, format, rows });
        }
        rejected.reasons = self.reasons.map(Out::keep).transpose()?;
        Ok(rejected)
    }

    /// Drops what was written, and says what would have been set aside.
    pub(crate) fn forget(self) -> Rejected {
        Rejected {
            rows: self.rows,
            whole: self.whole,
            ..Rejected::default()
        }
    }
}

/// `bad.ndjson.reasons.ndjson`
fn reasons_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".reasons.ndjson");
    name.into()
}

/// `bad-2.csv`
fn sibling(path: &Path, number: usize, extension: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}.{extension}"));
    path.with_file_name(name)
}

fn failed(path: &Path, error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Io,
    };
    Error::new(kind, "write rejected rows")
        .with("file", path.display())
        .because(error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn csv(header: &str) -> Kind {
        Kind::Csv(header.as_bytes().into())
    }

    fn write(rejects: &mut Rejects, kind: &Kind, text: &str) {
        rejects
            .row(kind, |out| out.write_all(text.as_bytes()), &[])
            .unwrap();
    }

    #[test]
    fn each_kind_has_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.ndjson");
        let mut rejects = Rejects::new(&path).unwrap();
        write(&mut rejects, &Kind::Lines, "{\n\"a\":\r\n1}");
        write(&mut rejects, &csv("a,b\n"), "1,\"2\n3\"");
        write(&mut rejects, &csv("c\n"), "4");
        write(&mut rejects, &Kind::Lines, "{}");
        assert!(!path.exists());
        let rejected = rejects.keep().unwrap();
        assert_eq!(rejected.rows, 4);
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("bad.ndjson"), "{ \"a\":  1}\n{}\n");
        assert_eq!(read("bad-2.csv"), "a,b\n1,\"2\n3\"\n");
        assert_eq!(read("bad-3.csv"), "c\n4\n");
        assert_eq!(rejected.files.len(), 3);
        assert_eq!(Rejects::new(&path).unwrap_err().kind(), ErrorKind::Conflict);
    }

    #[test]
    fn rows_can_be_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad");
        std::fs::write(&path, "").unwrap();
        let mut rejects = Rejects::new(&path).unwrap();
        write(&mut rejects, &Kind::Lines, "1");
        let mark = rejects.mark().unwrap();
        write(&mut rejects, &Kind::Lines, "2");
        write(&mut rejects, &csv("a\n"), "3");
        rejects.back(&mark).unwrap();
        write(&mut rejects, &Kind::Lines, "4");
        let rejected = rejects.keep().unwrap();
        assert_eq!((rejected.rows, rejected.files.len()), (2, 1));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\n4\n");
    }

    #[test]
    fn nothing_rejected_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad");
        assert!(Rejects::new(&path).unwrap().keep().unwrap().is_empty());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
