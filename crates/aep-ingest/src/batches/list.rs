//! Lists of batches.

use aep_core::{Cursor, DatasetId, Page, Result, items};
use futures::Stream;

use super::{Batch, BatchStatus, Batches};
use crate::wire::catalog::{self, PAGE};

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
        let query = query(&filter, limit);
        items(move |cursor| {
            let (client, mut query) = (client.clone(), query.clone());
            async move {
                let start = if let Some(Cursor::Offset(start)) = cursor {
                    start
                } else {
                    0
                };
                query.push(("start", start.to_string()));
                let query: Vec<(&str, &str)> = query
                    .iter()
                    .map(|(key, value)| (*key, value.as_str()))
                    .collect();
                let map = catalog::batches(&client, &query).await?;
                let batches: Result<Vec<Batch>> = map
                    .into_iter()
                    .map(|(key, value)| Batch::read(Some(&key), value))
                    .collect();
                Ok(Page::by_offset(batches?, start, limit))
            }
        })
    }
}

fn query(filter: &BatchFilter, limit: u64) -> Vec<(&'static str, String)> {
    let mut query = vec![
        ("limit", limit.to_string()),
        ("orderBy", filter.order.wire().to_owned()),
        ("properties", PROPERTIES.to_owned()),
    ];
    if let Some(dataset) = &filter.dataset {
        query.push(("dataSet", dataset.to_string()));
    }
    if !filter.status.is_empty() {
        let words: Vec<&str> = filter.status.iter().map(BatchStatus::as_str).collect();
        query.push(("status", words.join(",")));
    }
    if let Some(time) = filter.created_after {
        query.push(("createdAfter", time.to_string()));
    }
    if let Some(time) = filter.created_before {
        query.push(("createdBefore", time.to_string()));
    }
    if let Some(id) = &filter.external_id {
        query.push(("externalId", id.clone()));
    }
    query
}
