//! Validation of the rows before the first request that changes anything.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aep_core::{Error, ErrorKind, Result};
use futures::{StreamExt, TryStreamExt};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::progress::Board;
use super::{Options, Validate};
use crate::inputs;
use crate::plan::Candidate;
use crate::rejects::Rejected;
use crate::validate::{self, Count, Finding, Findings, Format, Watch};
use crate::xdm::Schema;

/// Rows that don't fit the dataset's schema.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Rejections {
    /// Files with such rows.
    pub files: u64,
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows that don't fit.
    pub bad_rows: u64,
    /// Places in all, errors and warnings.
    pub places: u64,
    /// All places of all files, counted by rule and path.
    pub counts: Vec<Count>,
    /// Some of the places; [`Rejections::places`] counts all.
    pub findings: Vec<Finding>,
}

/// Places that are kept.
const KEPT: usize = 100;

/// Places that are shown in an error.
const SHOWN: usize = 20;

/// Counts that are kept: paths come from the data.
const COUNTS: usize = 1000;

impl Rejections {
    pub(super) fn take(&mut self, found: Findings) {
        self.rows += found.rows;
        self.bad_rows += found.failed_rows;
        self.places += found.errors() + found.warnings();
        self.files += u64::from(!found.is_ok());
        let room = KEPT.saturating_sub(self.findings.len());
        self.findings.extend(found.findings.into_iter().take(room));
        for count in found.counts {
            let key = |count: &Count| (count.severity, count.path.clone(), count.rule);
            match self.counts.binary_search_by_key(&key(&count), key) {
                Ok(at) => {
                    if let Some(known) = self.counts.get_mut(at) {
                        known.count += count.count;
                    }
                }
                Err(at) if self.counts.len() < COUNTS => self.counts.insert(at, count),
                Err(_) => {}
            }
        }
    }

    /// Whether the platform would take all rows.
    pub fn is_empty(&self) -> bool {
        self.files == 0
    }
}

impl fmt::Display for Rejections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} rows don't fit the schema",
            self.bad_rows, self.rows
        )?;
        for finding in self.findings.iter().take(SHOWN) {
            write!(f, "\n{finding}")?;
        }
        let more = self
            .places
            .saturating_sub(self.findings.len().min(SHOWN) as u64);
        if more > 0 {
            write!(f, "\nand {more} more places")?;
        }
        if self.places > 1 {
            f.write_str("\nin all:")?;
            for count in self.counts.iter().take(SHOWN) {
                write!(f, "\n  {count}")?;
            }
            let more = self.counts.len().saturating_sub(SHOWN);
            if more > 0 {
                write!(f, "\n  and {more} more rules and paths")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Rejections {}

/// What came of the files.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) found: Rejections,
    pub(super) rejected: Option<Rejected>,
    /// Rows that are left, if all of them are good.
    pub(super) rows: Option<u64>,
}

/// How often a running check is looked at.
const TICK: Duration = Duration::from_millis(100);

/// What all checks of an upload share.
pub(super) struct Checks<'a> {
    pub(super) schema: &'a Arc<Schema>,
    pub(super) options: &'a Options,
    pub(super) board: &'a Board,
    pub(super) cancel: &'a CancellationToken,
    /// Where rows are kept that have to be written anew.
    pub(super) spool: &'a Path,
    /// Whether files are only written down.
    pub(super) dry: bool,
}

impl Checks<'_> {
    /// Checks every file, as it is on this machine; fails if what was found is a reason to send nothing. Files lose the rows
    /// that are set aside, if that was asked for.
    pub(super) async fn files(&self, files: &mut Vec<Candidate>) -> Result<Checked> {
        if self.options.rejects.is_some() || self.options.repairs.is_some() {
            return self.sift(files).await;
        }
        let cores = cores();
        // many files are checked side by side, a single one by several threads
        let (at_once, threads) = if files.len() > 1 {
            (cores, 1)
        } else {
            (1, cores)
        };
        let checks = (0..files.len()).filter_map(|index| {
            let candidate = files.get(index)?;
            Some(
                self.watched(candidate, threads, |path, format, schema, options, name| {
                    validate::file(path, format, schema, options).map(|mut found| {
                        found.rename(name);
                        (found, ())
                    })
                }),
            )
        });
        let mut all = Rejections::default();
        let mut found = futures::stream::iter(checks).buffered(at_once);
        while let Some((findings, ())) = found.try_next().await? {
            all.take(findings);
        }
        let checked = |found: Rejections| Checked {
            rows: found.is_empty().then_some(found.rows),
            found,
            rejected: None,
        };
        if all.is_empty()
            || self.options.validate != Validate::Strict
            || tolerated(&all, self.options.partial)
        {
            return Ok(checked(all));
        }
        Err(Error::new(ErrorKind::Rejected, "send these files: their rows don't fit the schema")
            .with("files", all.files)
            .with("rows", all.bad_rows)
            .because(all)
            .hint("nothing was sent; mend the rows, set them aside with `--rejects FILE`, or let the platform decide with `--validate warn` or `--partial PERCENT`"))
    }

    /// Runs a check of one file off the threads that serve the network, and tells how far it is.
    pub(super) async fn watched<T: Send + 'static>(
        &self,
        candidate: &Candidate,
        threads: usize,
        check: impl FnOnce(
            &Path,
            Format,
            &Schema,
            &validate::Options,
            &Arc<str>,
        ) -> Result<(Findings, T)>
        + Send
        + 'static,
    ) -> Result<(Findings, T)> {
        let watch = Arc::new(Watch::default());
        let options = validate::Options {
            threads,
            max_examples: self.options.examples,
            unknown: self.options.unknown,
            watch: Some(Arc::clone(&watch)),
            ..validate::Options::default()
        };
        let size = candidate.content.len();
        let format = candidate.format;
        let (path, schema): (Box<Path>, _) =
            (candidate.content.path().into(), Arc::clone(self.schema));
        let name: Arc<str> = inputs::shown(&path, &candidate.name)
            .unwrap_or_else(|| path.display().to_string())
            .into();
        let mut check =
            tokio::task::spawn_blocking(move || check(&path, format, &schema, &options, &name));
        let mut told = 0;
        let mut tell = |bytes: u64| {
            let bytes = bytes.min(size);
            self.board
                .set(|progress| progress.bytes_checked += bytes.saturating_sub(told));
            told = told.max(bytes);
        };
        let found = loop {
            tokio::select! {
                found = &mut check => break found,
                () = tokio::time::sleep(TICK) => tell(watch.bytes()),
                () = self.cancel.cancelled() => {
                    watch.stop();
                    break (&mut check).await;
                }
            }
        };
        let (found, more) = found
            .map_err(|stopped| Error::new(ErrorKind::Other, "check the file").because(stopped))??;
        tell(size);
        self.board.count(|progress| {
            progress.files_checked += 1;
            progress.rows_checked += found.rows;
            progress.rows_bad += found.failed_rows;
        });
        Ok((found, more))
    }
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(4)
}

/// Partial ingestion takes the good rows if no more than this share is bad.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share does not need all digits"
)]
pub(super) fn tolerated(found: &Rejections, partial: Option<f64>) -> bool {
    partial.is_some_and(|percent| {
        found.rows > 0 && found.bad_rows as f64 <= found.rows as f64 * percent / 100.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_ingestion_tolerates_a_share() {
        let found = Rejections {
            files: 1,
            rows: 100,
            bad_rows: 5,
            ..Rejections::default()
        };
        assert!(tolerated(&found, Some(5.0)));
        assert!(!tolerated(&found, Some(4.9)));
        assert!(!tolerated(&found, None));
    }

    #[test]
    fn an_error_shows_some_places_and_counts_the_rest() {
        let found = Rejections {
            files: 1,
            rows: 9,
            bad_rows: 3,
            places: 7,
            ..Rejections::default()
        };
        assert_eq!(
            found.to_string(),
            "3 of 9 rows don't fit the schema\nand 7 more places\nin all:"
        );
    }
}
