//! Lists of flows into the stores.

use aep_core::{ErrorKind, Result};
use futures::{Stream, StreamExt, TryStreamExt, stream};

use super::{LakeFlow, LakeFlows, Store};
use crate::filter::PropertyFilter;
use crate::flows::{Flow, FlowFilter};
use crate::platform;
use crate::specs;

/// Datasets that are looked up at a time.
const AT_ONCE: usize = 4;

impl LakeFlows {
    /// The flows themselves, without their datasets.
    ///
    /// Those into the profile store are known by the specification of their target. The identity store has no published
    /// one: its flows are known by the name of their flow specification.
    ///
    /// # Errors
    ///
    /// The stream yields the error of the page that failed, and ends.
    pub fn flows(&self) -> impl Stream<Item = Result<Flow>> + Send + use<> {
        let this = self.clone();
        stream::once(async move {
            let property = match this.store {
                Store::Profiles => vec![PropertyFilter::equal(
                    "inheritedAttributes.targetConnections[].connectionSpec.id",
                    specs::connection::PROFILE_STORE,
                )],
                Store::Identities => {
                    let named = this.service.flow_specs();
                    let found = named.named(specs::flow::DATASET_TO_IDENTITIES_NAME).await?;
                    if found.is_empty() {
                        return Ok(None);
                    }
                    let ids: Vec<String> = found.iter().map(|spec| spec.id.to_string()).collect();
                    vec![PropertyFilter::any("flowSpec.id", &ids)]
                }
            };
            let filter = FlowFilter {
                property,
                ..FlowFilter::default()
            };
            Ok(Some(this.service.flows().list(filter)))
        })
        .map_ok(|flows| match flows {
            Some(flows) => flows.left_stream(),
            None => stream::empty().right_stream(),
        })
        .try_flatten()
    }

    /// The flows with their datasets, each looked up when the stream gets there, some at a time.
    ///
    /// # Errors
    ///
    /// The stream yields the error of the look-up that failed, and ends. A source connection or a dataset that is gone is
    /// no error: the dataset is missing then, or its name.
    pub fn list(&self) -> impl Stream<Item = Result<LakeFlow>> + Send + use<> {
        let this = self.clone();
        self.flows()
            .map_ok(move |flow| {
                let this = this.clone();
                async move { this.resolve(flow).await }
            })
            .try_buffered(AT_ONCE)
    }

    /// Looks up the dataset of a flow.
    pub(super) async fn resolve(&self, flow: Flow) -> Result<LakeFlow> {
        let dataset = self.dataset_of(&flow).await?;
        let dataset_name = match &dataset {
            Some(id) => platform::look_dataset(self.service.client(), id)
                .await?
                .map(|dataset| dataset.name)
                .filter(|name| !name.is_empty()),
            None => None,
        };
        Ok(LakeFlow {
            flow,
            dataset,
            dataset_name,
        })
    }

    pub(super) async fn dataset_of(&self, flow: &Flow) -> Result<Option<aep_core::DatasetId>> {
        let Some(source) = flow.sources.first() else {
            return Ok(None);
        };
        match self.service.sources().get(source).await {
            Ok(source) => Ok(source.datasets().into_iter().next()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
