//! The files that a batch has left in the lake.

use aep_core::{BatchId, FileId, Result, items};
use futures::{Stream, StreamExt, TryStreamExt};

use super::Batches;
use crate::Ingest;
use crate::download::{DataFile, read_parts};
use crate::wire::access::{self, BatchList};
use crate::wire::text;

impl Batches {
    /// The files of the batch as they are stored, each with its name and size. Fetched as they are needed.
    ///
    /// # Errors
    /// The stream yields the error of the request that failed, and ends.
    pub fn files(&self, id: &BatchId) -> impl Stream<Item = Result<DataFile>> + Send + use<> {
        let (ingest, batch) = (self.ingest.clone(), id.clone());
        self.file_ids(id)
            .map_ok(move |file| parts(&ingest, Some(&batch), file))
            .try_flatten()
    }

    /// The ids of the batch's dataset files.
    pub(crate) fn file_ids(
        &self,
        id: &BatchId,
    ) -> impl Stream<Item = Result<FileId>> + Send + use<> {
        let (client, id) = (self.client().clone(), id.clone());
        items(move |at| {
            let (client, id) = (client.clone(), id.clone());
            async move { access::batch_list(&client, &id, BatchList::Files, at).await }
        })
        .try_filter_map(|entry| async move {
            text(&entry, "dataSetFileId").map(FileId::new).transpose()
        })
    }
}

/// What a dataset file consists of: one file, or the files of a directory.
pub(crate) fn parts(
    ingest: &Ingest,
    batch: Option<&BatchId>,
    file: FileId,
) -> impl Stream<Item = Result<DataFile>> + Send + use<> {
    let (client, batch) = (ingest.client().clone(), batch.cloned());
    let origin = file.clone();
    items(move |at| {
        let (client, file) = (client.clone(), file.clone());
        async move { access::file_list(&client, &file, at).await }
    })
    .map(move |entry| entry.map(|entry| read_parts(&entry, &origin, batch.as_ref())))
    .try_filter_map(|part| async move { Ok(part) })
}
