//! The parts of a flow, each fetched when it is first wanted and kept from then on, error or not.

use std::sync::Arc;

use aep_core::{DatasetId, Error, ErrorKind, FlowId, Result, SchemaId};
use futures::future::{BoxFuture, join_all};
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use tokio::sync::OnceCell;

use super::Part;
use crate::connection_specs::ConnectionSpec;
use crate::connections::Connection;
use crate::flow_specs::FlowSpec;
use crate::flows::Flow;
use crate::mapping::{MappingSet, MappingSetId};
use crate::platform::{self, DatasetInfo, SchemaInfo};
use crate::runs::{Run, RunFilter};
use crate::sources::SourceConnection;
use crate::targets::TargetConnection;
use crate::{ConnectionId, ConnectionSpecId, FlowService};

/// Runs in [`Parts::recent_runs`].
const RECENT: usize = 10;

/// A value that is fetched once. The error is kept too, so that one broken part is asked for once and not by every part
/// that depends on it.
struct Once<T>(OnceCell<Result<T, Arc<Error>>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<T: Clone> Once<T> {
    /// The future is boxed, because the futures of requests are large and parts wait for parts.
    async fn get(&self, doing: &'static str, fetch: BoxFuture<'_, Result<T>>) -> Result<T> {
        let kept = self
            .0
            .get_or_init(|| async { fetch.await.map_err(Arc::new) })
            .await;
        match kept {
            Ok(value) => Ok(value.clone()),
            Err(cause) => Err(Error::over(doing, Arc::clone(cause))),
        }
    }
}

/// A dataset of a flow.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct FlowDataset {
    /// Its id.
    pub id: DatasetId,
    /// Whether the flow writes to it; else it reads from it.
    pub written: bool,
    /// The dataset; [`Part::Missing`] if it was deleted.
    pub dataset: Part<DatasetInfo>,
}

pub(super) struct Parts {
    service: FlowService,
    id: FlowId,
    flow: Once<Arc<Flow>>,
    flow_spec: Once<Option<Arc<FlowSpec>>>,
    source: Once<Option<Arc<SourceConnection>>>,
    target: Once<Option<Arc<TargetConnection>>>,
    source_spec: Once<Option<Arc<ConnectionSpec>>>,
    target_spec: Once<Option<Arc<ConnectionSpec>>>,
    source_base: Once<Option<Arc<Connection>>>,
    target_base: Once<Option<Arc<Connection>>>,
    mapping_set: Once<Option<Arc<MappingSet>>>,
    datasets: Once<Arc<Vec<FlowDataset>>>,
    schema: Once<Option<Arc<SchemaInfo>>>,
    runs: Once<Arc<Vec<Run>>>,
}

impl Parts {
    pub(super) fn new(service: FlowService, id: FlowId) -> Self {
        Self {
            service,
            id,
            flow: Once::default(),
            flow_spec: Once::default(),
            source: Once::default(),
            target: Once::default(),
            source_spec: Once::default(),
            target_spec: Once::default(),
            source_base: Once::default(),
            target_base: Once::default(),
            mapping_set: Once::default(),
            datasets: Once::default(),
            schema: Once::default(),
            runs: Once::default(),
        }
    }

    /// Keeps a flow that was read already.
    pub(super) fn keep(&self, flow: Flow) {
        let _ = self.flow.0.set(Ok(Arc::new(flow)));
    }

    pub(super) async fn flow(&self) -> Result<Arc<Flow>> {
        let fetch = async { self.service.flows().get(&self.id).await.map(Arc::new) };
        self.flow.get("read the flow", fetch.boxed()).await
    }

    pub(super) async fn flow_spec(&self) -> Result<Option<Arc<FlowSpec>>> {
        let fetch = async {
            let flow = self.flow().await?;
            let Some(spec) = &flow.flow_spec else {
                return Ok(None);
            };
            let spec = self.service.flow_specs().get(&spec.id).await?;
            Ok(Some(Arc::new(spec)))
        };
        self.flow_spec
            .get("read the flow's specification", fetch.boxed())
            .await
    }

    pub(super) async fn source(&self) -> Result<Option<Arc<SourceConnection>>> {
        let fetch = async {
            let flow = self.flow().await?;
            let Some(id) = flow.sources.first() else {
                return Ok(None);
            };
            let source = self.service.sources().get(id).await?;
            Ok(Some(Arc::new(source)))
        };
        self.source
            .get("read the flow's source connection", fetch.boxed())
            .await
    }

    pub(super) async fn target(&self) -> Result<Option<Arc<TargetConnection>>> {
        let fetch = async {
            let flow = self.flow().await?;
            let Some(id) = flow.targets.first() else {
                return Ok(None);
            };
            let target = self.service.targets().get(id).await?;
            Ok(Some(Arc::new(target)))
        };
        self.target
            .get("read the flow's target connection", fetch.boxed())
            .await
    }

    pub(super) async fn source_spec(&self) -> Result<Option<Arc<ConnectionSpec>>> {
        let fetch = async {
            let source = self.source().await?;
            let spec = source.and_then(|source| source.connection_spec.clone());
            self.spec(spec.map(|spec| spec.id)).await
        };
        self.source_spec
            .get("read the specification of the source", fetch.boxed())
            .await
    }

    pub(super) async fn target_spec(&self) -> Result<Option<Arc<ConnectionSpec>>> {
        let fetch = async {
            let target = self.target().await?;
            let spec = target.and_then(|target| target.connection_spec.clone());
            self.spec(spec.map(|spec| spec.id)).await
        };
        self.target_spec
            .get("read the specification of the target", fetch.boxed())
            .await
    }

    async fn spec(&self, id: Option<ConnectionSpecId>) -> Result<Option<Arc<ConnectionSpec>>> {
        let Some(id) = id else {
            return Ok(None);
        };
        let spec = self.service.connection_specs().get(&id).await?;
        Ok(Some(Arc::new(spec)))
    }

    pub(super) async fn source_base(&self) -> Result<Option<Arc<Connection>>> {
        let fetch = async {
            let source = self.source().await?;
            self.base(source.and_then(|source| source.connection.clone()))
                .await
        };
        self.source_base
            .get("read the connection of the source", fetch.boxed())
            .await
    }

    pub(super) async fn target_base(&self) -> Result<Option<Arc<Connection>>> {
        let fetch = async {
            let target = self.target().await?;
            self.base(target.and_then(|target| target.connection.clone()))
                .await
        };
        self.target_base
            .get("read the connection of the target", fetch.boxed())
            .await
    }

    async fn base(&self, id: Option<ConnectionId>) -> Result<Option<Arc<Connection>>> {
        let Some(id) = id else {
            return Ok(None);
        };
        let connection = self.service.connections().get(&id).await?;
        Ok(Some(Arc::new(connection)))
    }

    pub(super) async fn mapping_set(&self) -> Result<Option<Arc<MappingSet>>> {
        let fetch = async {
            let flow = self.flow().await?;
            let Some(mapping) = flow.mapping() else {
                return Ok(None);
            };
            let id = MappingSetId::new(mapping.id)?;
            let set = self
                .service
                .mapping_sets()
                .get(&id, mapping.version)
                .await?;
            Ok(Some(Arc::new(set)))
        };
        self.mapping_set
            .get("read the flow's mapping set", fetch.boxed())
            .await
    }

    pub(super) async fn datasets(&self) -> Result<Arc<Vec<FlowDataset>>> {
        let fetch = async {
            let (source, target) = futures::join!(self.source(), self.target());
            let mut wanted: Vec<(DatasetId, bool)> = Vec::new();
            // one connection that can't be read does not hide the datasets of the other
            if let Ok(Some(target)) = &target {
                wanted.extend(target.datasets().into_iter().map(|id| (id, true)));
            }
            if let Ok(Some(source)) = &source {
                wanted.extend(source.datasets().into_iter().map(|id| (id, false)));
            }
            if let (true, Some(error)) = (wanted.is_empty(), target.err().or(source.err())) {
                return Err(error);
            }
            let all = wanted.into_iter().map(|(id, written)| async move {
                let found = platform::look_dataset(self.service.client(), &id).await;
                let found = found.and_then(|found| found.ok_or_else(|| gone("dataset", &id)));
                FlowDataset {
                    dataset: Part::of(found.map(Some)),
                    id,
                    written,
                }
            });
            Ok(Arc::new(join_all(all).await))
        };
        self.datasets
            .get("read the flow's datasets", fetch.boxed())
            .await
    }

    pub(super) async fn schema(&self) -> Result<Option<Arc<SchemaInfo>>> {
        let fetch = async {
            let Some(id) = self.schema_id().await? else {
                return Ok(None);
            };
            match platform::look_schema(self.service.client(), &id).await? {
                Some(schema) => Ok(Some(Arc::new(schema))),
                None => Err(gone("schema", &id)),
            }
        };
        self.schema
            .get("read the flow's schema", fetch.boxed())
            .await
    }

    async fn schema_id(&self) -> Result<Option<SchemaId>> {
        let (source, target) = futures::join!(self.source(), self.target());
        let named = target
            .as_ref()
            .ok()
            .and_then(|target| target.as_ref()?.schema());
        let named = named.or_else(|| {
            source
                .as_ref()
                .ok()
                .and_then(|source| source.as_ref()?.schema())
        });
        if let Some(schema) = named {
            return Ok(Some(schema.id));
        }
        let datasets = self.datasets().await?;
        let schemas = datasets
            .iter()
            .filter_map(|one| one.dataset.known()?.schema.clone());
        Ok(schemas.into_iter().next())
    }

    pub(super) async fn recent_runs(&self) -> Result<Arc<Vec<Run>>> {
        let fetch = async {
            let filter = RunFilter {
                page_size: RECENT as u64,
                ..RunFilter::of(self.id.clone())
            };
            let runs = self.service.runs().list(filter).take(RECENT);
            Ok(Arc::new(runs.try_collect().await?))
        };
        self.runs.get("read the flow's runs", fetch.boxed()).await
    }

    pub(super) async fn frequency(&self) -> Option<String> {
        let (flow, source, target) =
            futures::join!(self.flow_spec(), self.source_spec(), self.target_spec());
        let flow = flow.ok().flatten().and_then(|spec| spec.frequency());
        flow.or_else(|| source.ok().flatten().and_then(|spec| spec.frequency()))
            .or_else(|| target.ok().flatten().and_then(|spec| spec.frequency()))
    }
}

fn gone(what: &'static str, id: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::NotFound, format!("read the {what}")).with(what, id)
}
