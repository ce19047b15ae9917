//! Lists of flows.

use aep_core::Result;
use futures::{Stream, TryStreamExt};

use super::{Flow, Flows};
use crate::filter::PropertyFilter;
use crate::ids::{SourceConnectionId, TargetConnectionId};
use crate::verbs::{self, Query};
use crate::wire::Kind;

/// Which flows are listed. All conditions have to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowFilter {
    /// Conditions on fields.
    pub property: Vec<PropertyFilter>,
    /// Only flows with one of these mapping sets; empty for all. The service has no filter for it, so all flows that the
    /// other conditions let through are looked at.
    pub mapping_sets: Vec<String>,
    /// Only flows from one of these source connections; empty for all.
    pub sources: Vec<SourceConnectionId>,
    /// Only flows to one of these target connections; empty for all.
    pub targets: Vec<TargetConnectionId>,
    /// Only flows of this side.
    pub kind: FlowSide,
    /// The field to sort by, with `-` in front for the other direction: `-createdAt` has the newest first.
    pub order_by: Option<String>,
    /// Entries asked for at once, 1 to 100; 100 if it is 0.
    pub page_size: u64,
}

/// Which side flows are on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum FlowSide {
    /// All of them.
    #[default]
    Any,
    /// Only flows from sources into the platform.
    Sources,
    /// Only flows from the platform to destinations.
    Destinations,
}

impl FlowFilter {
    /// What the service filters by.
    fn property(&self) -> Vec<PropertyFilter> {
        let mut property = self.property.clone();
        match self.kind {
            FlowSide::Any => {}
            FlowSide::Sources => {
                property.push(PropertyFilter::equal(
                    "inheritedAttributes.properties.isSourceFlow",
                    true,
                ));
            }
            FlowSide::Destinations => {
                property.push(PropertyFilter::equal(
                    "inheritedAttributes.properties.isDestinationFlow",
                    true,
                ));
            }
        }
        if !self.sources.is_empty() {
            property.push(PropertyFilter::any("sourceConnectionIds[]", &self.sources));
        }
        if !self.targets.is_empty() {
            property.push(PropertyFilter::any("targetConnectionIds[]", &self.targets));
        }
        property
    }

    /// What is left for us to look at.
    fn lets_through(&self, flow: &Flow) -> bool {
        let mapped = |flow: &Flow| {
            flow.mapping_ids()
                .any(|id| self.mapping_sets.iter().any(|wanted| wanted == id))
        };
        (self.mapping_sets.is_empty() || mapped(flow))
            && (self.sources.is_empty() || flow.sources.iter().any(|id| self.sources.contains(id)))
            && (self.targets.is_empty() || flow.targets.iter().any(|id| self.targets.contains(id)))
    }
}

impl Flows {
    /// The flows that the filter lets through. A page is fetched when it is needed.
    ///
    /// # Errors
    ///
    /// The stream yields the error of the page that failed, and ends.
    pub fn list(&self, filter: FlowFilter) -> impl Stream<Item = Result<Flow>> + Send + use<> {
        let query = Query {
            property: filter.property(),
            order_by: filter.order_by.clone(),
            page_size: filter.page_size,
        };
        verbs::list(self.client(), Kind::Flow, query)
            .try_filter(move |flow| std::future::ready(filter.lets_through(flow)))
    }

    /// How many flows the filter lets through. Counted by the service, except with mapping sets, where all are looked at.
    ///
    /// # Errors
    ///
    /// What the service refuses.
    pub async fn count(&self, filter: &FlowFilter) -> Result<u64> {
        if filter.mapping_sets.is_empty() {
            return verbs::count(self.client(), Kind::Flow, &filter.property()).await;
        }
        self.list(filter.clone())
            .try_fold(0, |count, _| std::future::ready(Ok(count + 1)))
            .await
    }
}
