//! The files that a dataset consists of.

use aep_core::{DatasetId, Result};
use futures::{Stream, TryStreamExt};

use super::Datasets;
use crate::batches::{BatchFilter, BatchStatus, Order};
use crate::download::DataFile;

impl Datasets {
    /// The stored files of the dataset, the oldest batch first, each with its name and size. Fetched as they are needed.
    ///
    /// Only batches that succeeded are read: files of one that was reverted stay stored for a while, but are no longer
    /// part of the dataset.
    ///
    /// # Errors
    /// The stream yields the error of the request that failed, and ends.
    pub fn files(&self, id: &DatasetId) -> impl Stream<Item = Result<DataFile>> + Send + use<> {
        let batches = self.ingest.batches();
        let filter = BatchFilter {
            dataset: Some(id.clone()),
            status: vec![BatchStatus::Success],
            order: Order::OldestFirst,
            ..BatchFilter::default()
        };
        batches
            .clone()
            .list(filter)
            .map_ok(move |batch| batches.files(&batch.id))
            .try_flatten()
    }
}
