//! Lists of target connections.

use aep_core::Result;
use futures::Stream;

use super::{TargetConnection, TargetConnections};
use crate::filter::PropertyFilter;
use crate::verbs::{self, Query};
use crate::wire::Kind;

/// Which target connections are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetFilter {
    /// Conditions that all have to hold.
    pub property: Vec<PropertyFilter>,
    /// The field to sort by, with `-` in front for the other direction: `-createdAt` has the newest first.
    pub order_by: Option<String>,
    /// Entries asked for at once, 1 to 100; 100 if it is 0.
    pub page_size: u64,
}

impl TargetConnections {
    /// The target connections that the filter lets through. A page is fetched when it is needed.
    ///
    /// # Errors
    ///
    /// The stream yields the error of the page that failed, and ends.
    pub fn list(
        &self,
        filter: TargetFilter,
    ) -> impl Stream<Item = Result<TargetConnection>> + Send + use<> {
        let query = Query {
            property: filter.property,
            order_by: filter.order_by,
            page_size: filter.page_size,
        };
        verbs::list(self.client(), Kind::Target, query)
    }

    /// How many target connections the filter lets through, counted by the service.
    ///
    /// # Errors
    ///
    /// What the service refuses.
    pub async fn count(&self, filter: &TargetFilter) -> Result<u64> {
        verbs::count(self.client(), Kind::Target, &filter.property).await
    }
}
