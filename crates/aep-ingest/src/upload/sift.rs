//! Rows that aren't to be sent are taken out of the files.

use std::path::Path;
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};

use super::Repairs;
use super::check::{Checked, Checks, Rejections, cores};
use crate::plan::Candidate;
use crate::rejects::{Rejected, Rejects};
use crate::source::Identity;
use crate::source::content::{Assembly, Content, Segment};
use crate::validate::sift::{self, Good, Piece, Sift};

/// What came of the rows so far.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) found: Rejections,
    /// Rows that were looked at.
    pub(super) rows: u64,
    /// Rows that are left.
    pub(super) good: u64,
}

impl Checks<'_> {
    /// Takes the rows out of every file that aren't to be sent.
    pub(super) async fn sift(&self, files: &mut Vec<Candidate>) -> Result<Checked> {
        let repairs = self.options.repairs.as_ref();
        if repairs.is_some_and(|repairs| repairs.only.is_some()) {
            // rows are counted in this order
            files.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let mut sums = Sums::default();
        let all = std::mem::take(files);
        let rejects = self
            .sift_each(all, files, self.rejects()?, &mut sums)
            .await?;
        if let Some(repairs) = repairs {
            repairs.check(sums.rows, sums.good + rejects.rows())?;
        }
        self.settle(files, rejects, sums)
    }

    /// Where rows go.
    pub(super) fn rejects(&self) -> Result<Rejects> {
        match &self.options.rejects {
            Some(path) => Rejects::new(path),
            None => Rejects::new(&self.spool.join("rejected")),
        }
    }

    /// Sifts one file after the other, so that rows that are rejected are written in the order of the input.
    pub(super) async fn sift_each(
        &self,
        files: Vec<Candidate>,
        left: &mut Vec<Candidate>,
        mut rejects: Rejects,
        sums: &mut Sums,
    ) -> Result<Rejects> {
        let repairs = self.options.repairs.as_ref();
        let only = repairs.and_then(|repairs| repairs.only.as_ref());
        for mut candidate in files {
            let spool: Arc<Path> = self.spool.into();
            let only = only.map(|only| only.of_file(sums.rows, u64::MAX));
            let sifted = self.watched(
                &candidate,
                cores(),
                move |path, format, schema, options, name| {
                    let sift = Sift {
                        name: Arc::clone(name),
                        spool: &spool,
                        only: only.as_ref(),
                    };
                    let done = sift::sift(path, format, schema, options, &sift, &mut rejects)?;
                    Ok((done.findings, (done.good, done.rows, rejects)))
                },
            );
            let (findings, (good, kept, back)) = sifted.await?;
            rejects = back;
            sums.rows += findings.rows;
            sums.good += kept;
            sums.found.take(findings);
            if let Some(content) = content(good, &candidate.content)? {
                candidate.content = content;
                left.push(candidate);
            }
        }
        Ok(rejects)
    }

    /// Keeps the rows that were set aside, unless that is a reason to send nothing.
    pub(super) fn settle(
        &self,
        files: &[Candidate],
        rejects: Rejects,
        sums: Sums,
    ) -> Result<Checked> {
        let Sums { found, good, .. } = sums;
        let rejected = if self.options.rejects.is_some() && !self.dry {
            rejects.keep()?
        } else {
            rejects.forget()
        };
        let failed = |doing| {
            let mut error = Error::new(ErrorKind::Rejected, doing).with("rows", rejected.rows);
            if let Some(file) = rejected.files.first() {
                error = error.with("rejects", file.path.display());
            }
            error
        };
        if rejected.rows > 0 && self.options.rejects.is_none() {
            return Err(failed("send these rows: they don't fit the schema")
                .because(found)
                .hint("nothing was sent; mend the rows, or set them aside with `--rejects FILE`"));
        }
        if files.is_empty() {
            return Err(failed("send these files: no row of them fits the schema")
                .because(found)
                .hint("nothing was sent"));
        }
        Ok(Checked {
            found,
            rejected: (!Rejected::is_empty(&rejected)).then_some(rejected),
            rows: Some(good),
        })
    }
}

impl Repairs {
    /// Whether these can be the rows that failed.
    fn check(&self, rows: u64, taken: u64) -> Result<()> {
        let refused = |kind, why: String| Err(Error::new(kind, "repair the batch").because(why));
        match (&self.only, self.total) {
            (Some(_), Some(total)) if total != rows => {
                return refused(
                    ErrorKind::Usage,
                    format!(
                        "the files have {rows} rows, those of the batch had {total}: row numbers don't mean the same"
                    ),
                );
            }
            (Some(only), _) if only.last() > rows => {
                return refused(
                    ErrorKind::Usage,
                    format!("row {} failed, and the files have {rows} rows", only.last()),
                );
            }
            _ => {}
        }
        if taken > self.most {
            return refused(
                ErrorKind::Conflict,
                format!(
                    "there are {taken} rows, and only {} are left of those that failed",
                    self.most
                ),
            );
        }
        Ok(())
    }
}

/// What is left of a file, as it is sent; none if nothing is.
fn content(good: Good, whole: &Content) -> Result<Option<Content>> {
    let failed = |file: &Path, why: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Io, "keep the rows that are left")
            .with("file", file.display())
            .because(why)
    };
    Ok(Some(match good {
        Good::All => whole.clone(),
        Good::None => return Ok(None),
        Good::File(path) => {
            let metadata = std::fs::metadata(&path).map_err(|error| failed(&path, error.into()))?;
            Content::file(path, Identity::of(&metadata))
        }
        Good::Pieces(pieces) => {
            let segments = pieces.into_iter().map(|piece| match piece {
                Piece::Text(text) => Segment::Text(text.into()),
                Piece::Range { start, len } => Segment::Range {
                    origin: 0,
                    start,
                    len,
                },
            });
            let assembly = Assembly::new(whole.origins().to_vec(), segments.collect())
                .map_err(|error| failed(whole.path(), error.into()))?;
            Content::Assembly(Box::new(assembly))
        }
    }))
}
