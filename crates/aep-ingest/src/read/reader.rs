//! The batches of a dataset that are new since a position, one after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use aep_core::{BatchId, DatasetId, ErrorKind, Result};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};

use super::Position;
use super::position::created;
use crate::batches::{BatchFilter, Order};
use crate::{Batch, BatchStatus, Batches, DataFile};

/// How far the time of a position stays behind the newest batch that was seen, in milliseconds: Catalog may show a batch
/// some time after it was made. Batches in between are remembered one by one.
const SETTLING: u64 = 10 * 60 * 1000;

/// Reads the batches of a dataset that are new since a [`Position`], each once, the oldest first.
///
/// A batch is handed out when it is a success. One that is not over yet holds the position back and is handed out by a
/// later reader; younger ones need not wait for it, unless [`in_order`](Self::in_order) asks for that. One that failed or
/// was undone is passed by. The position moves when the caller says that a batch is [`done`](Self::done), and only then.
///
/// ```no_run
/// # async fn example(ingest: aep_ingest::Ingest) -> aep_core::Result<()> {
/// use aep_ingest::read::Position;
///
/// let dataset = ingest.datasets().find("Loyalty Members").await?;
/// let mut reader = ingest.datasets().read_since(&dataset.id, Position::beginning());
/// while let Some(batch) = reader.next().await? {
///     for file in reader.files(&batch).await?.unwrap_or_default() {
///         println!("{} has {}", batch.id, file.name);
///     }
///     reader.done(&batch);
/// }
/// println!("next time from {}", reader.position());
/// # Ok(()) }
/// ```
pub struct Reader {
    batches: Batches,
    dataset: DatasetId,
    from: Position,
    to: Option<Position>,
    in_order: bool,
    /// In a mutex that is never locked, so that the reader can be shared.
    list: Option<Mutex<BoxStream<'static, Result<Batch>>>>,
    /// When the newest batch that was seen was made.
    newest: Option<u64>,
    /// When batches were made that are not behind, and which they are.
    open: BTreeSet<(u64, BatchId)>,
    done: BTreeMap<BatchId, u64>,
    waiting: Vec<Batch>,
    ended: bool,
}

impl Reader {
    pub(crate) fn new(batches: Batches, dataset: DatasetId, from: Position) -> Self {
        Self {
            batches,
            dataset,
            done: from.done().clone(),
            from,
            to: None,
            in_order: false,
            list: None,
            newest: None,
            open: BTreeSet::new(),
            waiting: Vec::new(),
            ended: false,
        }
    }

    /// Stops at the first batch that is not over, so that no batch is handed out before an older one.
    #[must_use]
    pub fn in_order(mut self, on: bool) -> Self {
        self.in_order = on;
        self
    }

    /// Hands out only what a reader at this position has behind it: the batches between two positions, once more.
    #[must_use]
    pub fn up_to(mut self, to: Position) -> Self {
        self.to = Some(to);
        self
    }

    /// The dataset.
    pub fn dataset(&self) -> &DatasetId {
        &self.dataset
    }

    /// The next batch; none if there is no other new one. Pages of the list are fetched as they are needed.
    ///
    /// # Errors
    /// What Catalog fails with, and [`ErrorKind::Protocol`] if it does not say when a batch was made.
    #[allow(
        clippy::should_implement_trait,
        reason = "an iterator can be neither asynchronous nor fallible"
    )]
    pub async fn next(&mut self) -> Result<Option<Batch>> {
        while !self.ended {
            let list = self.list.get_or_insert_with(|| {
                let filter = BatchFilter {
                    dataset: Some(self.dataset.clone()),
                    created_after: self.from.until(),
                    order: Order::OldestFirst,
                    ..BatchFilter::default()
                };
                Mutex::new(self.batches.list(filter).boxed())
            });
            let list = list.get_mut().unwrap_or_else(PoisonError::into_inner);
            let Some(batch) = list.try_next().await? else {
                self.ended = true;
                break;
            };
            let created = created(&batch)?;
            self.newest = self.newest.max(Some(created));
            if self.from.covers(&batch) || self.to.as_ref().is_some_and(|to| !to.covers(&batch)) {
                continue;
            }
            if batch.status == BatchStatus::Success {
                self.open.insert((created, batch.id.clone()));
                return Ok(Some(batch));
            }
            if !batch.status.is_terminal() {
                self.open.insert((created, batch.id.clone()));
                self.waiting.push(batch);
                self.ended = self.in_order;
            }
        }
        Ok(None)
    }

    /// The files of a batch that was handed out. None if it was undone meanwhile (reverted, replaced, deleted): its rows
    /// are no longer part of the dataset, and it counts as [`done`](Self::done) if the caller says so.
    ///
    /// # Errors
    /// What Data Access fails with.
    pub async fn files(&self, batch: &Batch) -> Result<Option<Vec<DataFile>>> {
        files(&self.batches, batch).await
    }

    /// Says that everything is done that was to be done with the batch: the position may move past it.
    pub fn done(&mut self, batch: &Batch) {
        if let Some(created) = batch.created {
            self.open.remove(&(created, batch.id.clone()));
            self.done.insert(batch.id.clone(), created);
        }
    }

    /// How far this reader is: to be kept, and given to the next one. It never passes a batch that is not over, nor one
    /// that was handed out and is not done.
    pub fn position(&self) -> Position {
        let settled = self.newest.map(|at| at.saturating_sub(SETTLING));
        let open = self.open.first().map(|(at, _)| at.saturating_sub(1));
        let until = match (settled, open) {
            (Some(settled), Some(open)) => Some(settled.min(open)),
            (settled, _) => settled,
        };
        self.from.moved(until, self.done.clone())
    }

    /// The batches that are not over and hold the position back, as far as they were seen.
    pub fn waiting(&self) -> &[Batch] {
        &self.waiting
    }

    pub(crate) fn batches(&self) -> &Batches {
        &self.batches
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("dataset", &self.dataset)
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// The files of a batch that is a success; none if it no longer is.
pub(crate) async fn files(batches: &Batches, batch: &Batch) -> Result<Option<Vec<DataFile>>> {
    let files: Result<Vec<DataFile>> = batches.files(&batch.id).try_collect().await;
    match files {
        Ok(files) if !files.is_empty() => Ok(Some(files)),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        listed if is_live(batches, batch).await? => listed.map(Some),
        _ => Ok(None),
    }
}

/// Whether a batch still is a success.
pub(crate) async fn is_live(batches: &Batches, batch: &Batch) -> Result<bool> {
    let now = batches.look(&batch.id).await?;
    Ok(now.is_some_and(|batch| batch.status == BatchStatus::Success))
}
