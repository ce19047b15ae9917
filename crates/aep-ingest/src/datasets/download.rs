//! The files of a dataset, on the local disk.

use std::path::Path;

use aep_core::{BatchId, DatasetId, Result};

use super::Datasets;
use crate::download::{self, DownloadOptions, DownloadReport};
use crate::read::{Position, Reader};

impl Datasets {
    /// Downloads the files of the dataset, each batch into a directory of its own below `directory`.
    ///
    /// # Errors
    /// As [`Batches::download`](crate::Batches::download).
    pub async fn download(
        &self,
        id: &DatasetId,
        directory: &Path,
        options: DownloadOptions,
    ) -> Result<DownloadReport> {
        self.get(id).await?;
        let mut reader = self.read_since(id, Position::beginning());
        self.download_new(&mut reader, directory, options, |_| Ok(()))
            .await
    }

    /// Downloads the batches that a reader hands out, each into a directory of its own below `directory`. When all files of
    /// a batch are on the disk, with their names, the reader's position moves, and `keep` is told, so that it can be
    /// [saved](crate::read::SavedPosition::save). An error of `keep` ends the download.
    ///
    /// # Errors
    /// As [`Batches::download`](crate::Batches::download).
    pub async fn download_new(
        &self,
        reader: &mut Reader,
        directory: &Path,
        options: DownloadOptions,
        mut keep: impl FnMut(&Position) -> Result<()> + Send,
    ) -> Result<DownloadReport> {
        let source = format!("dataset {}", reader.dataset());
        download::batches(reader, &source, directory, &options, &mut keep).await
    }

    /// Downloads the last successful batch of the dataset and nothing else: what a snapshot consists of. Answers the batch
    /// along with the report; none if no batch ever succeeded.
    ///
    /// # Errors
    /// As [`Batches::download`](crate::Batches::download).
    pub async fn download_snapshot(
        &self,
        id: &DatasetId,
        directory: &Path,
        options: DownloadOptions,
    ) -> Result<(Option<BatchId>, DownloadReport)> {
        self.get(id).await?;
        let batches = self.ingest.batches();
        match batches.last_successful(id).await? {
            Some(batch) => {
                let report = batches.download(&batch.id, directory, options).await?;
                Ok((Some(batch.id), report))
            }
            None => Ok((None, DownloadReport::default())),
        }
    }
}
