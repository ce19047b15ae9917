//! The files of a batch, on the local disk.

use std::path::Path;

use aep_core::{BatchId, Result};
use futures::TryStreamExt;

use super::Batches;
use crate::download::{self, DownloadOptions, DownloadReport};

impl Batches {
    /// Downloads the batch's files into a directory, which is made if needed. Each is written under a temporary name and
    /// gets its own when all of its bytes are there and their number is right.
    ///
    /// # Errors
    /// [`NotFound`](aep_core::ErrorKind::NotFound) for an unknown batch, [`Conflict`](aep_core::ErrorKind::Conflict)
    /// if a file is there already and may not be replaced, [`Io`](aep_core::ErrorKind::Io) if it can't be written,
    /// [`Protocol`](aep_core::ErrorKind::Protocol) if the number of bytes is wrong.
    pub async fn download(
        &self,
        id: &BatchId,
        directory: &Path,
        options: DownloadOptions,
    ) -> Result<DownloadReport> {
        self.get(id).await?;
        let files: Vec<_> = self.files(id).try_collect().await?;
        download::all(self.client(), files, directory, &options).await
    }
}
