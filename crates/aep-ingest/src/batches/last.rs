//! The newest batches of a dataset.

use aep_core::{BatchId, Cursor, DatasetId, Error, ErrorKind, Page, Result, items};
use futures::{Stream, StreamExt, TryStreamExt};
use serde::Serialize;

use super::{Batch, BatchFilter, BatchStatus, Batches};
use crate::wire::catalog::{self, ListLastBatchesOptions, PAGE};
use crate::wire::{signed, text};

/// The newest batches of a dataset, as Catalog keeps them (`GET /lastBatches`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LastBatches {
    /// The dataset.
    pub dataset: DatasetId,
    /// The newest batch, whatever its state.
    pub last_batch_id: Option<BatchId>,
    /// Its state.
    pub last_batch_status: Option<BatchStatus>,
    /// The newest batch that succeeded.
    pub last_successful_batch_id: Option<BatchId>,
    /// The newest batch that failed.
    pub last_failed_batch_id: Option<BatchId>,
}

impl Batches {
    /// The newest batches of these datasets, or of every dataset that has one. A page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream yields the error of the page that failed, and ends.
    pub fn last(
        &self,
        datasets: &[DatasetId],
    ) -> impl Stream<Item = Result<LastBatches>> + Send + use<> {
        let client = self.client().clone();
        let ids: Vec<&str> = datasets.iter().map(DatasetId::as_str).collect();
        let ids = (!ids.is_empty()).then(|| ids.join(","));
        items(move |cursor| {
            let (client, ids) = (client.clone(), ids.clone());
            async move {
                let start = if let Some(Cursor::Offset(start)) = cursor {
                    start
                } else {
                    0
                };
                let options = ListLastBatchesOptions {
                    data_set_id: ids.as_deref(),
                    limit: Some(signed(PAGE)),
                    start: Some(signed(start)),
                    ..ListLastBatchesOptions::default()
                };
                let entries = catalog::last_batches(&client, options).await?;
                let read: Result<Vec<LastBatches>> = entries
                    .into_iter()
                    .map(|(dataset, value)| read(&dataset, &value))
                    .collect();
                Ok(Page::by_offset(read?, start, PAGE))
            }
        })
    }

    /// The newest batch of a dataset in one of these states, or in any if none is named.
    ///
    /// # Errors
    /// What Catalog fails with.
    pub async fn newest(
        &self,
        dataset: &DatasetId,
        status: &[BatchStatus],
    ) -> Result<Option<Batch>> {
        let filter = BatchFilter {
            dataset: Some(dataset.clone()),
            status: status.to_vec(),
            page_size: 1,
            ..BatchFilter::default()
        };
        self.list(filter).boxed().try_next().await
    }

    /// The newest batch of a dataset whose data is in it: what a snapshot consists of. Catalog is asked for its own record
    /// of it first; if it has none, or one that was undone since, the batches are looked through.
    ///
    /// # Errors
    /// What Catalog fails with.
    pub async fn last_successful(&self, dataset: &DatasetId) -> Result<Option<Batch>> {
        let recorded = self
            .last(std::slice::from_ref(dataset))
            .try_filter(|last| std::future::ready(last.dataset == *dataset))
            .boxed()
            .try_next()
            .await;
        let recorded = match recorded {
            Ok(last) => last.and_then(|last| last.last_successful_batch_id),
            // not every deployment has the call
            Err(error) if matches!(error.status(), Some(400 | 404 | 405 | 500 | 501)) => None,
            Err(error) => return Err(error),
        };
        if let Some(id) = recorded
            && let Some(batch) = self.look(&id).await?
            && batch.status.is_success()
        {
            return Ok(Some(batch));
        }
        self.newest(dataset, &[BatchStatus::Success]).await
    }

    /// Fails while the newest batch of the dataset is not over: before a new task is begun, the last batch must have
    /// completed. Answers that batch, or none if there never was one.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] with the batch and its state.
    pub async fn require_finished(&self, dataset: &DatasetId) -> Result<Option<Batch>> {
        let newest = self.newest(dataset, &[]).await?;
        match &newest {
            Some(batch) if !batch.status.is_terminal() => {
                Err(Error::new(ErrorKind::Conflict, "begin a new task")
                    .with("dataset", dataset)
                    .with("batch", &batch.id)
                    .with("status", &batch.status)
                    .because(format!(
                        "the last batch is not over: {}",
                        batch.status.meaning()
                    ))
                    .hint(format!("`aep batch wait {}` waits for it", batch.id)))
            }
            _ => Ok(newest),
        }
    }
}

fn read(dataset: &str, value: &serde_json::Value) -> Result<LastBatches> {
    let id = |key: &str| {
        let id = value.as_object().and_then(|object| text(object, key));
        id.map(BatchId::new).transpose()
    };
    Ok(LastBatches {
        dataset: DatasetId::new(dataset)?,
        last_batch_id: id("lastBatchId")?,
        last_batch_status: value["lastBatchStatus"].as_str().map(BatchStatus::from),
        last_successful_batch_id: id("lastSuccessfulBatchId")?,
        last_failed_batch_id: id("lastFailedBatchId")?,
    })
}
