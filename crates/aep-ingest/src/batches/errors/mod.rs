//! What the platform keeps about rows that failed.

mod rows;

use std::path::{Path, PathBuf};

use aep_core::{BatchId, Error, ErrorKind, Result, items};
use futures::TryStreamExt;
use serde::Serialize;

use super::Batches;
use crate::download::{self, DataFile, DownloadOptions, DownloadReport};
use crate::wire::access::{self, BatchList, Origin};
use crate::wire::{Object, number, text};

/// The directory of the diagnostics that has the rows.
pub(super) const ROW_ERRORS: &str = "row_errors";

/// Where diagnostics of a batch were written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorsReport {
    /// Files with one refused row on each line, with its reasons. There are none without error diagnostics.
    pub row_errors: Vec<PathBuf>,
    /// The data that failed.
    pub failed: Vec<PathBuf>,
    /// The refused rows by themselves, one on each line, to be mended and sent with [`Batches::repair`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<PathBuf>,
    /// Why they were refused, a line for each reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<PathBuf>,
    /// Bytes fetched.
    pub bytes: u64,
}

impl Batches {
    /// Downloads what is kept about refused rows into `row_errors/` and `failed/` below a directory, and puts the rows
    /// themselves into `rows.ndjson`, with their reasons in `rows.ndjson.reasons.ndjson`. The platform keeps it for 30 days.
    ///
    /// # Errors
    /// As [`Batches::download`].
    pub async fn errors(
        &self,
        id: &BatchId,
        directory: &Path,
        options: DownloadOptions,
    ) -> Result<ErrorsReport> {
        self.get(id).await?;
        let mut report = ErrorsReport::default();
        let rows = self
            .diagnostic_files(id, BatchList::Meta(ROW_ERRORS))
            .await?;
        let written = self
            .fetch(rows, &directory.join(ROW_ERRORS), &options)
            .await?;
        report.bytes += written.bytes;
        report.row_errors = written.files.into_iter().map(|file| file.path).collect();
        let failed = self.diagnostic_files(id, BatchList::Failed).await?;
        let written = self
            .fetch(failed, &directory.join("failed"), &options)
            .await?;
        report.bytes += written.bytes;
        report.failed = written.files.into_iter().map(|file| file.path).collect();
        if options.dry {
            return Ok(report);
        }
        let kept: Vec<PathBuf> = report
            .row_errors
            .iter()
            .chain(&report.failed)
            .cloned()
            .collect();
        let (target, overwrite) = (directory.join("rows.ndjson"), options.overwrite);
        let taken = tokio::task::spawn_blocking(move || rows::take(&kept, &target, overwrite));
        (report.rows, report.reasons) = taken.await.map_err(|stopped| {
            Error::new(ErrorKind::Other, "read diagnostics").because(stopped)
        })??;
        Ok(report)
    }

    async fn fetch(
        &self,
        files: Vec<DataFile>,
        directory: &Path,
        options: &DownloadOptions,
    ) -> Result<DownloadReport> {
        if files.is_empty() {
            return Ok(DownloadReport::default());
        }
        download::all(self.client(), files, directory, options).await
    }

    /// The files in a list of diagnostics; none if the batch has none.
    pub(super) async fn diagnostic_files(
        &self,
        id: &BatchId,
        list: BatchList,
    ) -> Result<Vec<DataFile>> {
        let client = self.client().clone();
        let entries: Result<Vec<Object>> = items(|at| access::batch_list(&client, id, list, at))
            .try_collect()
            .await;
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(entries
            .iter()
            .filter_map(|entry| diagnostic(entry, id, list))
            .collect())
    }
}

fn diagnostic(entry: &Object, id: &BatchId, list: BatchList) -> Option<DataFile> {
    let name = text(entry, "name")?;
    if name.rsplit('/').next() == Some("_SUCCESS") {
        return None;
    }
    let (origin, path) = match list {
        BatchList::Meta(directory) if !name.starts_with(directory) => {
            (Origin::Meta(id.clone()), format!("{directory}/{name}"))
        }
        BatchList::Meta(_) => (Origin::Meta(id.clone()), name.clone()),
        BatchList::Failed | BatchList::Files => (Origin::Failed(id.clone()), name.clone()),
    };
    let shown = name.strip_prefix("row_errors/").unwrap_or(&name).to_owned();
    Some(DataFile::new(
        origin,
        path,
        shown,
        number(entry, "length"),
        Some(id.clone()),
    ))
}
