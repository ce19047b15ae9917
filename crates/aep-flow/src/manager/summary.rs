//! The whole flow at a glance.

use std::sync::Arc;

use aep_core::{DatasetId, FlowId, Result};
use serde::Serialize;
use serde_json::Value;

use super::destination::{Attribute, Audience};
use super::{FlowDataset, FlowManager, Part};
use crate::connection_specs::ConnectionSpec;
use crate::connections::Connection;
use crate::flows::{Flow, FlowKind};
use crate::mapping::MappingSet;
use crate::model::State;
use crate::runs::{Run, RunStatus};

/// A flow at a glance, for people and for JSON.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Summary {
    /// The flow's id.
    pub id: FlowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which way it goes.
    pub kind: FlowKind,
    /// Its state.
    pub state: Option<State>,
    /// The sandbox that it is in, as the flow says.
    pub sandbox: Option<String>,
    /// How often data flows: `batch`, `streaming`, …
    pub frequency: Option<String>,
    /// When it was made, in milliseconds since 1970.
    pub created_at: Option<u64>,
    /// When it changed last, in milliseconds since 1970.
    pub updated_at: Option<u64>,
    /// Its specification.
    pub flow_spec: Part<Named>,
    /// What is read.
    pub source: Part<EndSummary>,
    /// What is written.
    pub target: Part<EndSummary>,
    /// The datasets.
    pub datasets: Part<Vec<DatasetSummary>>,
    /// The schema of the rows.
    pub schema: Part<Named>,
    /// The mapping.
    pub mapping: Part<MappingSummary>,
    /// When it runs, as the service has it.
    pub schedule: Option<Value>,
    /// What else was chosen, as the service has it.
    pub options: Option<Value>,
    /// The audiences that a destination gets now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<Audience>,
    /// The attributes that a destination gets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// The last runs, the newest first.
    pub runs: Part<Vec<RunSummary>>,
}

/// Something with an id and a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// One end of a flow.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EndSummary {
    /// The id of the source or target connection.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The system.
    pub connection_spec: Part<Named>,
    /// The connection with the account.
    pub connection: Part<Named>,
    /// The format, if one is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The parameters, as the service has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<Value>,
}

/// A dataset of a flow.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DatasetSummary {
    /// Its id.
    pub id: DatasetId,
    /// Whether the flow writes to it.
    pub written: bool,
    /// Its name; [`Part::Missing`] if it was deleted.
    pub name: Part<String>,
}

/// The mapping of a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MappingSummary {
    /// The id of the mapping set.
    pub id: String,
    /// The version that the flow uses.
    pub version: u64,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many rules it has.
    pub rules: usize,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<i64>,
    /// When it changed last, in milliseconds since 1970.
    pub modified: Option<i64>,
}

/// A run of a flow.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunSummary {
    /// The run's id.
    pub id: crate::RunId,
    /// How far it is.
    pub status: Option<RunStatus>,
    /// When it began, in milliseconds since 1970.
    pub started: Option<u64>,
    /// When it ended, in milliseconds since 1970.
    pub completed: Option<u64>,
    /// Rows that came in.
    pub input_records: Option<u64>,
    /// Rows that went out.
    pub output_records: Option<u64>,
    /// Rows that failed.
    pub failed_records: Option<u64>,
    /// The first error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl FlowManager {
    /// The whole flow at a glance. Everything that can be fetched at the same time is.
    ///
    /// # Errors
    /// Only if the flow itself can't be read; every other part says so in its place.
    pub async fn summary(&self) -> Result<Summary> {
        let flow = self.flow().await?;
        let ends = async { futures::join!(self.source_end(), self.target_end()) };
        let (flow_spec, (source, target), datasets, schema, mapping, runs, frequency) = futures::join!(
            self.flow_spec(),
            ends,
            self.datasets(),
            self.schema(),
            self.mapping_set(),
            self.recent_runs(),
            self.frequency(),
        );
        let audiences = self.audiences().await?;
        let attributes = self.attributes().await?;
        let flow_spec = Part::of(flow_spec).map(|spec| named(spec.id.as_str(), &spec.name));
        let schema = Part::of(schema).map(|schema| Named {
            id: schema.id.to_string(),
            name: schema.title.clone(),
        });
        Ok(Summary {
            id: flow.id.clone(),
            name: flow.name.clone(),
            description: flow.description.clone(),
            kind: flow.kind(),
            state: flow.state.clone(),
            sandbox: text(&flow, "sandboxName"),
            frequency,
            created_at: flow.created_at,
            updated_at: flow.updated_at,
            flow_spec,
            source,
            target,
            datasets: Part::of(datasets.map(Some))
                .map(|all| all.iter().map(DatasetSummary::of).collect()),
            schema,
            mapping: Part::of(mapping).map(|set| MappingSummary::of(&flow, &set)),
            schedule: flow.raw().get("scheduleParams").cloned(),
            options: flow.raw().get("options").cloned(),
            audiences,
            attributes,
            runs: Part::of(runs.map(Some)).map(|runs| runs.iter().map(RunSummary::of).collect()),
        })
    }

    async fn source_end(&self) -> Part<EndSummary> {
        let (end, spec, base) =
            futures::join!(self.source(), self.source_spec(), self.source_base());
        Part::of(end).map(|end| {
            let format = end.data.format.as_ref();
            EndSummary {
                id: end.id.to_string(),
                name: end.name.clone(),
                connection_spec: spec_of(spec),
                connection: base_of(base),
                format: format.map(|format| format.as_str().to_owned()),
                params: end.params().cloned().map(Value::Object),
            }
        })
    }

    async fn target_end(&self) -> Part<EndSummary> {
        let (end, spec, base) =
            futures::join!(self.target(), self.target_spec(), self.target_base());
        Part::of(end).map(|end| {
            let format = end.data.format.as_ref();
            EndSummary {
                id: end.id.to_string(),
                name: end.name.clone(),
                connection_spec: spec_of(spec),
                connection: base_of(base),
                format: format.map(|format| format.as_str().to_owned()),
                params: end.params().cloned().map(Value::Object),
            }
        })
    }
}

fn text(flow: &Flow, key: &str) -> Option<String> {
    flow.raw().get(key)?.as_str().map(str::to_owned)
}

fn named(id: &str, name: &str) -> Named {
    Named {
        id: id.to_owned(),
        name: (!name.is_empty()).then(|| name.to_owned()),
    }
}

fn spec_of(spec: Result<Option<Arc<ConnectionSpec>>>) -> Part<Named> {
    Part::of(spec).map(|spec| named(spec.id.as_str(), &spec.name))
}

fn base_of(base: Result<Option<Arc<Connection>>>) -> Part<Named> {
    Part::of(base).map(|base| named(base.id.as_str(), &base.name))
}

impl DatasetSummary {
    fn of(one: &FlowDataset) -> Self {
        Self {
            id: one.id.clone(),
            written: one.written,
            name: one.dataset.clone().map(|dataset| dataset.name),
        }
    }
}

impl MappingSummary {
    fn of(flow: &Flow, set: &MappingSet) -> Self {
        let used = flow.mapping().and_then(|mapping| mapping.version);
        Self {
            id: set.id.to_string(),
            version: used.unwrap_or(set.version),
            name: set.name.clone(),
            rules: set.mappings.len(),
            created: set.created,
            modified: set.modified,
        }
    }
}

impl RunSummary {
    fn of(run: &Run) -> Self {
        let error = run.errors.first();
        Self {
            id: run.id.clone(),
            status: run.status.clone(),
            started: run.metrics.started,
            completed: run.metrics.completed,
            input_records: run.metrics.input_records,
            output_records: run.metrics.output_records,
            failed_records: run.metrics.failed_records,
            error: error.map(|error| format!("{}: {}", error.code, error.message)),
        }
    }
}
