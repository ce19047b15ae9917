//! Lists of batches.

use aep_core::{BatchId, DatasetId, Error, ErrorKind, Result};
use futures::stream::{iter, try_unfold};
use futures::{Stream, TryStreamExt};

use super::{Batch, BatchStatus, Batches};
use crate::wire::catalog::{self, ListBatchesOptions, PAGE};
use crate::wire::signed;

/// Which batches are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchFilter {
    /// Only batches of this dataset.
    pub dataset: Option<DatasetId>,
    /// Only batches in one of these states; empty for all.
    pub status: Vec<BatchStatus>,
    /// Only batches made after this time, in milliseconds since 1970, exclusive.
    pub created_after: Option<u64>,
    /// Only batches made before this time, in milliseconds since 1970, exclusive.
    pub created_before: Option<u64>,
    /// Only the batch with this external id.
    pub external_id: Option<String>,
    /// In which order.
    pub order: Order,
    /// Entries asked for at once, 1 to 100; 100 if it is 0.
    pub page_size: u64,
}

/// Order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

impl Order {
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::NewestFirst => "desc:created",
            Self::OldestFirst => "asc:created",
        }
    }
}

/// The fields that a [`Batch`] is read from: lists without a projection can be of any size.
const PROPERTIES: &str = "id,externalId,imsOrg,status,version,created,started,completed,updated,createdClient,createdUser,\
updatedUser,inputFormat,relatedObjects,replay,recordCount,failedRecordCount,size,tags,metrics,errors";

impl Batches {
    /// The batches that the filter lets through. A page is fetched when it is needed. Each batch comes once, also while
    /// others are made or change their state: a page begins after the time of the last batch of the page before.
    ///
    /// # Errors
    /// The stream yields the error of the page that failed, and ends.
    pub fn list(&self, filter: BatchFilter) -> impl Stream<Item = Result<Batch>> + Send + use<> {
        let client = self.client().clone();
        let limit = if filter.page_size == 0 {
            PAGE
        } else {
            filter.page_size.min(PAGE)
        };
        let status = states(&filter.status);
        try_unfold(Some(At::default()), move |at| {
            let (client, filter, status) = (client.clone(), filter.clone(), status.clone());
            async move {
                let Some(at) = at else { return Ok(None) };
                let order = filter.order;
                let (after, before) = at.bounds(order);
                let (start, limit) = at.window(limit);
                let options = ListBatchesOptions {
                    limit: Some(signed(limit)),
                    start: Some(signed(start)),
                    order_by: Some(order.wire()),
                    properties: Some(PROPERTIES),
                    data_set: filter.dataset.as_ref().map(DatasetId::as_str),
                    status: status.as_deref(),
                    created_after: after.max(filter.created_after).map(signed),
                    created_before: [before, filter.created_before]
                        .into_iter()
                        .flatten()
                        .min()
                        .map(signed),
                    external_id: filter.external_id.as_deref(),
                    ..ListBatchesOptions::default()
                };
                let entries = catalog::batches(&client, options).await?;
                let batches: Result<Vec<Batch>> = entries
                    .into_iter()
                    .map(|(key, value)| Batch::read(Some(&key), value))
                    .collect();
                let mut batches = batches?;
                let full = !batches.is_empty() && batches.len() as u64 >= limit;
                let next = if full {
                    Some(at.after(&batches, order)?)
                } else {
                    None
                };
                batches.retain(|batch| !at.seen.contains(&batch.id));
                Ok::<_, Error>(Some((iter(batches.into_iter().map(Ok)), next)))
            }
        })
        .try_flatten()
    }
}

/// Where a page begins: with the batches of this time, of which some have been seen.
///
/// Not after so many of a list: batches come and leave a list between two pages, and others would be skipped or come twice.
#[derive(Debug, Clone, Default)]
struct At {
    time: Option<u64>,
    /// Those of this time that have been seen.
    seen: Vec<BatchId>,
    /// How many there are to skip where times are of no use.
    skip: u64,
}

impl At {
    /// The filters on the time of creation, which are exclusive.
    fn bounds(&self, order: Order) -> (Option<u64>, Option<u64>) {
        match order {
            Order::OldestFirst => (self.time.map(|time| time.saturating_sub(1)), None),
            Order::NewestFirst => (None, self.time.map(|time| time.saturating_add(1))),
        }
    }

    /// How many to skip, and how many to ask for so that `limit` are new.
    fn window(&self, limit: u64) -> (u64, u64) {
        let seen = self.seen.len() as u64;
        if self.time.is_none() || seen >= PAGE / 2 {
            (self.skip, limit)
        } else {
            (0, (limit + seen).min(PAGE))
        }
    }

    /// Where the page after this one begins. Several batches can have the time of the last one.
    fn after(&self, page: &[Batch], order: Order) -> Result<Self> {
        let beyond = |at: u64| match (order, self.time) {
            (Order::OldestFirst, Some(time)) => at < time,
            (Order::NewestFirst, Some(time)) => at > time,
            (_, None) => false,
        };
        if page.iter().filter_map(|batch| batch.created).any(beyond) {
            return Err(Error::new(ErrorKind::Protocol, "list batches")
                .because("the answer does not keep to the time that was asked for"));
        }
        let last = page.last().and_then(|batch| batch.created);
        if last.is_none() {
            return Ok(Self {
                skip: self.skip.saturating_add(page.len() as u64),
                ..self.clone()
            });
        }
        let mut seen = if self.time == last {
            self.seen.clone()
        } else {
            Vec::new()
        };
        for batch in page.iter().filter(|batch| batch.created == last) {
            if !seen.contains(&batch.id) {
                seen.push(batch.id.clone());
            }
        }
        Ok(Self {
            time: last,
            skip: seen.len() as u64,
            seen,
        })
    }
}

/// The states as a filter; two of them have a second name.
fn states(wanted: &[BatchStatus]) -> Option<String> {
    let mut words: Vec<&str> = wanted.iter().map(BatchStatus::as_str).collect();
    if wanted.contains(&BatchStatus::Success) {
        words.push("active");
    }
    if wanted.contains(&BatchStatus::Failure) {
        words.push("failed");
    }
    (!words.is_empty()).then(|| words.join(","))
}
