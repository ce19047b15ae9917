//! Lists of runs.

use aep_core::{FlowId, Result};
use futures::Stream;
use jiff::Timestamp;

use super::{Run, RunStatus, Runs};
use crate::filter::PropertyFilter;
use crate::verbs::{self, Query};
use crate::wire::Kind;

/// Which runs are listed. All conditions have to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Only runs of this flow.
    pub flow: Option<FlowId>,
    /// Only runs in this state.
    pub state: Option<RunStatus>,
    /// Only runs that were made at this time or later.
    pub since: Option<Timestamp>,
    /// Conditions on fields.
    pub property: Vec<PropertyFilter>,
    /// In which order.
    pub order: RunOrder,
    /// Entries asked for at once, 1 to 100; 100 if it is 0.
    pub page_size: u64,
}

/// Order of a list of runs. The service promises none by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum RunOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

impl RunFilter {
    /// The runs of a flow, the newest first.
    pub fn of(flow: FlowId) -> Self {
        Self {
            flow: Some(flow),
            ..Self::default()
        }
    }

    fn property(self) -> Vec<PropertyFilter> {
        let mut property = Vec::new();
        if let Some(flow) = &self.flow {
            property.push(PropertyFilter::equal("flowId", flow));
        }
        if let Some(state) = &self.state {
            property.push(PropertyFilter::equal("metrics.statusSummary.status", state));
        }
        if let Some(since) = self.since {
            let since = u64::try_from(since.as_millisecond()).unwrap_or_default();
            property.push(PropertyFilter::at_least("createdAt", since));
        }
        property.extend(self.property);
        property
    }
}

impl Runs {
    /// The runs that the filter lets through. A page is fetched when it is needed.
    ///
    /// # Errors
    ///
    /// The stream yields the error of the page that failed, and ends.
    pub fn list(&self, filter: RunFilter) -> impl Stream<Item = Result<Run>> + Send + use<> {
        let order = match filter.order {
            RunOrder::NewestFirst => "-createdAt",
            RunOrder::OldestFirst => "createdAt",
        };
        let query = Query {
            page_size: filter.page_size,
            property: filter.property(),
            order_by: Some(order.to_owned()),
        };
        verbs::list(self.client(), Kind::Run, query)
    }

    /// How many runs the filter lets through, counted by the service.
    ///
    /// # Errors
    ///
    /// What the service refuses.
    pub async fn count(&self, filter: &RunFilter) -> Result<u64> {
        verbs::count(self.client(), Kind::Run, &filter.clone().property()).await
    }
}
