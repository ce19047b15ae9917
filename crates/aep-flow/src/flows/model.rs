//! The flow as Flow Service describes it.

use aep_core::{FlowId, Result};
use serde::Serialize;
use serde_json::Value;

use crate::ids::{FlowSpecId, RunId, SourceConnectionId, TargetConnectionId};
use crate::json::{Object, as_flag, as_text, at, flag, fraction, inner, number, text, texts};
use crate::model::{Common, SpecRef, id, ids, spec, stored};
use crate::runs::RunStatus;
use crate::schedule::ScheduleView;

/// A flow ("dataflow"): schedule and mapping between a source and a target connection. The fields of [`Common`] can be read
/// from it as its own. Serialises as the object that the service gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// Name, state, etag and the like.
    pub common: Common,
    /// The specification that it was made from.
    pub flow_spec: Option<SpecRef<FlowSpecId>>,
    /// Where it reads; one, by today's rules.
    pub sources: Vec<SourceConnectionId>,
    /// Where it writes; one, by today's rules.
    pub targets: Vec<TargetConnectionId>,
    /// What is done to the data on the way.
    pub transformations: Vec<Transformation>,
    /// When it runs; none for streaming flows and some drafts.
    pub schedule: Option<ScheduleView>,
    /// What else was chosen.
    pub options: FlowOptions,
    raw: Object,
}

/// What is done to the data on the way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Transformation {
    /// `Mapping`, `Copy`, `General Transform`.
    pub name: String,
    /// Its parameters.
    pub params: Value,
}

/// A mapping set as a flow names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingRef {
    /// The id of the mapping set.
    pub id: String,
    /// Its version, counted from 0; none if the flow does not say.
    pub version: Option<u64>,
    /// The position among the transformations, for changes.
    pub position: usize,
}

/// Choices of a flow (the option specification of Adobe's storage flows).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FlowOptions {
    /// Whether rows that fail are kept for inspection; they are not if nothing is said.
    pub error_diagnostics: Option<bool>,
    /// How many rows in a hundred may fail before a run does: above 0, at most 100. Without it every failed row fails the
    /// run.
    pub partial_ingestion_percent: Option<f64>,
    /// Whether it is a flow with sample data.
    pub sample: Option<bool>,
}

/// Which way a flow goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FlowKind {
    /// From outside into the platform.
    Source,
    /// From the platform to a destination.
    Destination,
    /// Within the platform.
    Internal,
}

/// A flow's last run, as the flow itself tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// The run.
    pub id: Option<RunId>,
    /// How it ended, if it has.
    pub status: Option<RunStatus>,
    /// When it began, in milliseconds since 1970.
    pub started: Option<u64>,
    /// When it ended, in milliseconds since 1970.
    pub completed: Option<u64>,
}

impl Flow {
    fn from_object(raw: Object) -> Result<Self> {
        let listed = raw.get("transformations").and_then(Value::as_array);
        let transformations = listed.into_iter().flatten().filter_map(Value::as_object);
        Ok(Self {
            id: id(&raw, "a flow", FlowId::new)?,
            common: Common::read(&raw),
            flow_spec: spec(&raw, "flowSpec", FlowSpecId::new),
            sources: ids(&raw, "sourceConnectionIds", SourceConnectionId::new),
            targets: ids(&raw, "targetConnectionIds", TargetConnectionId::new),
            transformations: transformations
                .map(|one| Transformation {
                    name: text(one, "name").unwrap_or_default(),
                    params: one.get("params").cloned().unwrap_or_default(),
                })
                .collect(),
            schedule: inner(&raw, "scheduleParams")
                .filter(|params| !params.is_empty())
                .map(ScheduleView::read),
            options: inner(&raw, "options")
                .map(FlowOptions::read)
                .unwrap_or_default(),
            raw,
        })
    }

    /// Which way it goes, from its inherited attributes.
    pub fn kind(&self) -> FlowKind {
        let is = |name: &str| {
            at(&self.raw, &["inheritedAttributes", "properties", name]).and_then(as_flag)
                == Some(true)
        };
        if is("isDestinationFlow") {
            FlowKind::Destination
        } else if is("isSourceFlow") {
            FlowKind::Source
        } else {
            FlowKind::Internal
        }
    }

    /// The mapping set that it applies: of several, the last one.
    pub fn mapping(&self) -> Option<MappingRef> {
        let found = self
            .transformations
            .iter()
            .enumerate()
            .filter(|(_, one)| one.name == "Mapping");
        let (position, params) = found
            .filter_map(|(at, one)| Some((at, one.params.as_object()?)))
            .next_back()?;
        Some(MappingRef {
            id: text(params, "mappingId")?,
            version: number(params, "mappingVersion"),
            position,
        })
    }

    /// The mapping sets of all its transformations.
    pub(crate) fn mapping_ids(&self) -> impl Iterator<Item = &str> {
        self.transformations
            .iter()
            .filter_map(|one| one.params.get("mappingId")?.as_str())
    }

    /// The address that messages of a streaming flow are sent to, if the flow tells it.
    pub fn inlet_url(&self) -> Option<String> {
        let keys: [&[&str]; 2] = [&["options", "inletUrl"], &["inletUrl"]];
        keys.into_iter()
            .find_map(|path| at(&self.raw, path).and_then(as_text))
    }

    /// Access labels, `core/C12`.
    pub fn labels(&self) -> Vec<String> {
        texts(&self.raw, "labels")
    }

    /// Marketing actions whose policies it has to keep.
    pub fn policies(&self) -> Vec<String> {
        inner(&self.raw, "policy")
            .map(|policy| texts(policy, "enforcementRefs"))
            .unwrap_or_default()
    }

    /// Its last run, if it tells.
    pub fn last_run(&self) -> Option<LastRun> {
        let last = inner(&self.raw, "lastRunDetails").filter(|last| !last.is_empty())?;
        Some(LastRun {
            id: text(last, "id").and_then(|id| RunId::new(id).ok()),
            status: text(last, "state")
                .or_else(|| text(last, "status"))
                .map(|word| RunStatus::from(word.as_str())),
            started: number(last, "startedAtUTC"),
            completed: number(last, "completedAtUTC"),
        })
    }

    /// The specifications of its target connections, as the flow inherits them.
    pub fn target_specs(&self) -> Vec<String> {
        self.inherited("targetConnections")
    }

    /// The specifications of its source connections, as the flow inherits them.
    pub fn source_specs(&self) -> Vec<String> {
        self.inherited("sourceConnections")
    }

    fn inherited(&self, key: &str) -> Vec<String> {
        let list = at(&self.raw, &["inheritedAttributes", key]).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(|one| as_text(&one["connectionSpec"]["id"]))
            .collect()
    }
}

impl FlowOptions {
    fn read(raw: &Object) -> Self {
        Self {
            error_diagnostics: flag(raw, "errorDiagnosticsEnabled"),
            partial_ingestion_percent: fraction(raw, "partialIngestionPercent"),
            sample: flag(raw, "isSampleDataflow"),
        }
    }
}

stored!(Flow);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::json::object;

    #[test]
    fn a_flow_with_numbers_as_text_is_read() {
        let raw = json!({"id": "f-1", "name": "nightly", "state": "enabled", "version": "\"2\"",
            "flowSpec": {"id": "9753525b-82c7-4dce-8a9b-5ccfce2b9876", "version": "1.0"},
            "sourceConnectionIds": ["s-1"], "targetConnectionIds": ["t-1"],
            "scheduleParams": {"startTime": "1612310466", "frequency": "minute", "interval": "15", "backfill": "true"},
            "transformations": [{"name": "Copy", "params": {}},
                {"name": "Mapping", "params": {"mappingId": "bf52", "mappingVersion": "3"}}],
            "options": {"partialIngestionPercent": "10"},
            "policy": {"enforcementRefs": ["/dulepolicy/marketingActions/a"]},
            "inheritedAttributes": {"properties": {"isSourceFlow": true},
                "targetConnections": [{"connectionSpec": {"id": "c604ff05"}}]},
            "lastRunDetails": {"id": "r-1", "state": "Success", "startedAtUTC": 5}});
        let flow = Flow::from_object(object(raw, "a test").unwrap()).unwrap();
        assert_eq!(flow.etag, "\"2\"");
        assert_eq!(flow.kind(), FlowKind::Source);
        assert_eq!(
            flow.mapping(),
            Some(MappingRef {
                id: "bf52".to_owned(),
                version: Some(3),
                position: 1
            })
        );
        let schedule = flow.schedule.clone().unwrap();
        assert_eq!(
            (schedule.start, schedule.interval, schedule.backfill),
            (Some(1_612_310_466), Some(15), Some(true))
        );
        assert_eq!(flow.options.partial_ingestion_percent, Some(10.0));
        assert_eq!(flow.policies(), ["/dulepolicy/marketingActions/a"]);
        assert_eq!(flow.target_specs(), ["c604ff05"]);
        assert_eq!(flow.last_run().unwrap().status, Some(RunStatus::Success));
    }

    #[test]
    fn what_is_missing_is_missing() {
        let raw = json!({"id": "f-1", "transformations": null, "scheduleParams": {}, "inheritedAttributes": null});
        let flow = Flow::from_object(object(raw, "a test").unwrap()).unwrap();
        assert_eq!(flow.kind(), FlowKind::Internal);
        assert!(flow.mapping().is_none() && flow.schedule.is_none() && flow.last_run().is_none());
    }
}
