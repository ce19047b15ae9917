//! Lists of datasets.

use aep_core::{Cursor, Page, Result, items};
use futures::Stream;

use super::{Dataset, Datasets};
use crate::batches::Order;
use crate::wire::catalog::{self, ListDatasetsOptions, PAGE};
use crate::wire::signed;

/// Which datasets are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatasetFilter {
    /// Only datasets with exactly this name.
    pub name: Option<String>,
    /// In which order.
    pub order: Order,
    /// Entries asked for at once, 1 to 100; 100 if it is 0.
    pub page_size: u64,
}

/// The fields that a [`Dataset`] is read from. Without a projection a list can be gigabytes.
const PROPERTIES: &str = "name,description,created,updated,version,imsOrg,createdUser,updatedUser,viewId,schemaRef,\
fileDescription,files,tags,state,enableErrorDiagnostics,lastBatchId,lastBatchStatus";

impl Datasets {
    /// The datasets that the filter lets through. A page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream yields the error of the page that failed, and ends.
    pub fn list(
        &self,
        filter: DatasetFilter,
    ) -> impl Stream<Item = Result<Dataset>> + Send + use<> {
        let client = self.client().clone();
        let limit = if filter.page_size == 0 {
            PAGE
        } else {
            filter.page_size.min(PAGE)
        };
        items(move |cursor| {
            let (client, filter) = (client.clone(), filter.clone());
            async move {
                let start = if let Some(Cursor::Offset(start)) = cursor {
                    start
                } else {
                    0
                };
                let options = ListDatasetsOptions {
                    limit: Some(signed(limit)),
                    start: Some(signed(start)),
                    order_by: Some(filter.order.wire()),
                    properties: Some(PROPERTIES),
                    name: filter.name.as_deref().filter(|name| is_plain(name)),
                    ..ListDatasetsOptions::default()
                };
                let map = catalog::datasets(&client, options).await?;
                let count = map.len();
                let datasets: Result<Vec<Dataset>> = map
                    .into_iter()
                    .map(|(id, value)| Dataset::read(&id, value))
                    .filter(|dataset| match (&filter.name, dataset) {
                        (Some(name), Ok(dataset)) => dataset.name == *name,
                        _ => true,
                    })
                    .collect();
                // the end is where the page is short, counted before the names were compared
                let next = Page::by_offset(vec![(); count], start, limit).next;
                Ok(Page {
                    items: datasets?,
                    next,
                })
            }
        })
    }
}

/// Whether Catalog takes the name for a name: a comma separates alternatives, `!` negates, `*` stands for anything.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('!') && !name.contains([',', '*'])
}
