//! Lists of batches.

use aep_core::{Cursor, DatasetId, Page, Result, items};
use futures::Stream;

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
    /// The batches that the filter lets through. A page is fetched when it is needed.
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
        items(move |cursor| {
            let (client, filter, status) = (client.clone(), filter.clone(), status.clone());
            async move {
                let start = if let Some(Cursor::Offset(start)) = cursor {
                    start
                } else {
                    0
                };
                let options = ListBatchesOptions {
                    limit: Some(signed(limit)),
                    start: Some(signed(start)),
                    order_by: Some(filter.order.wire()),
                    properties: Some(PROPERTIES),
                    data_set: filter.dataset.as_ref().map(DatasetId::as_str),
                    status: status.as_deref(),
                    created_after: filter.created_after.map(signed),
                    created_before: filter.created_before.map(signed),
                    external_id: filter.external_id.as_deref(),
                    ..ListBatchesOptions::default()
                };
                let entries = catalog::batches(&client, options).await?;
                let batches: Result<Vec<Batch>> = entries
                    .into_iter()
                    .map(|(key, value)| Batch::read(Some(&key), value))
                    .collect();
                Ok(Page::by_offset(batches?, start, limit))
            }
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
