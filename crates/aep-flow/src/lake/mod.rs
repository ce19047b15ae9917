//! The flows by which the platform itself fills its profile store (UPS) and identity store (UIS) from datasets.

mod find;
mod list;

use aep_core::DatasetId;

use crate::FlowService;
use crate::flows::Flow;

/// Flows from datasets into one of the platform's stores.
#[derive(Debug, Clone)]
pub struct LakeFlows {
    service: FlowService,
    store: Store,
}

/// The stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Store {
    Profiles,
    Identities,
}

/// A flow into a store, with the dataset that it reads.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LakeFlow {
    /// The flow.
    pub flow: Flow,
    /// The dataset, from the flow's source connection; none if that can't be read or names none.
    pub dataset: Option<DatasetId>,
    /// The name of the dataset; none if Catalog does not know it any more.
    pub dataset_name: Option<String>,
}

impl LakeFlows {
    pub(crate) fn profiles(service: FlowService) -> Self {
        Self {
            service,
            store: Store::Profiles,
        }
    }

    pub(crate) fn identities(service: FlowService) -> Self {
        Self {
            service,
            store: Store::Identities,
        }
    }

    fn word(&self) -> &'static str {
        match self.store {
            Store::Profiles => "profile flow",
            Store::Identities => "identity flow",
        }
    }
}
