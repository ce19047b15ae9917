//! The files of a dataset, on the local disk.

use std::path::Path;

use aep_core::{DatasetId, Result};
use futures::TryStreamExt;

use super::Datasets;
use crate::download::{self, DownloadOptions, DownloadReport};

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
        let files: Vec<_> = self
            .files(id)
            .map_ok(crate::DataFile::below_batch)
            .try_collect()
            .await?;
        download::all(self.client(), files, directory, &options).await
    }
}
