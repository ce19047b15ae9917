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
use crate::validate::{self, Finding, Findings, Watch};
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
    /// Some of the places; [`Rejections::places`] counts all.
    pub findings: Vec<Finding>,
}

/// Places that are kept.
const KEPT: usize = 100;

/// Places that are shown in an error.
const SHOWN: usize = 20;

impl Rejections {
    fn take(&mut self, found: Findings) {
        self.rows += found.rows;
        self.bad_rows += found.failed_rows;
        self.places += found.errors() + found.warnings();
        self.files += u64::from(!found.is_ok());
        let room = KEPT.saturating_sub(self.findings.len());
        self.findings.extend(found.findings.into_iter().take(room));
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
            write!(f, "\nand {more} more places")
        } else {
            Ok(())
        }
    }
}

impl std::error::Error for Rejections {}

/// How often a running check is looked at.
const TICK: Duration = Duration::from_millis(100);

/// Checks every file, as it is on this machine; fails if what was found is a reason to send nothing.
pub(super) async fn files(
    files: &[Candidate],
    schema: &Arc<Schema>,
    options: &Options,
    board: &Board,
    cancel: &CancellationToken,
) -> Result<Rejections> {
    let cores = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(4);
    // many files are checked side by side, a single one by several threads
    let (at_once, threads) = if files.len() > 1 {
        (cores, 1)
    } else {
        (1, cores)
    };
    let checks = (0..files.len()).filter_map(|index| {
        let candidate = files.get(index)?;
        Some(file(candidate, schema, threads, board, cancel))
    });
    let mut all = Rejections::default();
    let mut found = futures::stream::iter(checks).buffered(at_once);
    while let Some(findings) = found.try_next().await? {
        all.take(findings);
    }
    if all.is_empty() || options.validate != Validate::Strict || tolerated(&all, options.partial) {
        return Ok(all);
    }
    Err(Error::new(ErrorKind::Rejected, "send these files: their rows don't fit the schema")
        .with("files", all.files)
        .with("rows", all.bad_rows)
        .because(all)
        .hint("nothing was sent; mend the rows, or let the platform decide with `--validate warn` or `--partial PERCENT`"))
}

/// Partial ingestion takes the good rows if no more than this share is bad.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share does not need all digits"
)]
fn tolerated(found: &Rejections, partial: Option<f64>) -> bool {
    partial.is_some_and(|percent| {
        found.rows > 0 && found.bad_rows as f64 <= found.rows as f64 * percent / 100.0
    })
}

async fn file(
    candidate: &Candidate,
    schema: &Arc<Schema>,
    threads: usize,
    board: &Board,
    cancel: &CancellationToken,
) -> Result<Findings> {
    let watch = Arc::new(Watch::default());
    let options = validate::Options {
        threads,
        watch: Some(Arc::clone(&watch)),
        ..validate::Options::default()
    };
    let size = candidate.content.len();
    let format = candidate.format;
    let (path, schema): (Box<Path>, _) = (candidate.content.path().into(), Arc::clone(schema));
    let mut check =
        tokio::task::spawn_blocking(move || validate::file(&path, format, &schema, &options));
    let mut told = 0;
    let mut tell = |bytes: u64| {
        let bytes = bytes.min(size);
        board.set(|progress| progress.bytes_checked += bytes.saturating_sub(told));
        told = told.max(bytes);
    };
    let found = loop {
        tokio::select! {
            found = &mut check => break found,
            () = tokio::time::sleep(TICK) => tell(watch.bytes()),
            () = cancel.cancelled() => {
                watch.stop();
                break (&mut check).await;
            }
        }
    };
    let mut found = found
        .map_err(|stopped| Error::new(ErrorKind::Other, "check the file").because(stopped))??;
    if let Some(name) = inputs::shown(candidate.content.path(), &candidate.name) {
        let name: Arc<str> = name.into();
        found.file = Arc::clone(&name);
        for finding in &mut found.findings {
            finding.file = Arc::clone(&name);
        }
    }
    tell(size);
    board.set(|progress| {
        progress.files_checked += 1;
        progress.rows_checked += found.rows;
        progress.rows_bad += found.failed_rows;
    });
    Ok(found)
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
            findings: Vec::new(),
        };
        assert_eq!(
            found.to_string(),
            "3 of 9 rows don't fit the schema\nand 7 more places"
        );
    }
}
