//! Making flows.

use aep_core::{Error, ErrorKind, FlowId, Result};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{FlowOptions, Flows, Transformation};
use crate::ids::{FlowSpecId, SourceConnectionId, TargetConnectionId};
use crate::json::{Object, put, text};
use crate::model::Created;
use crate::schedule::{ExportSchedule, IngestSchedule, Schedule, Way, check_params};
use crate::specs::{self, FlowWay};
use crate::verbs::{self, check_document, check_name};
use crate::wire::Kind;

/// A flow to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFlow {
    /// Its name.
    pub name: String,
    /// The specification, in its version 1.0.
    pub spec: FlowSpecId,
    /// Where it reads. A source connection should serve one flow only.
    pub source: SourceConnectionId,
    /// Where it writes. A target connection should serve one flow only.
    pub target: TargetConnectionId,
    /// What it is for.
    pub description: Option<String>,
    /// When it runs. Streaming flows have none, drafts may go without.
    pub schedule: Option<Schedule>,
    /// What is done to the data on the way.
    pub transformations: Vec<Transformation>,
    /// What else is chosen.
    pub options: FlowOptions,
    /// Whether it is made as a draft, to be published later.
    pub draft: bool,
}

impl NewFlow {
    /// A flow of this name from a source to a target connection.
    pub fn new(
        name: impl Into<String>,
        spec: FlowSpecId,
        source: SourceConnectionId,
        target: TargetConnectionId,
    ) -> Self {
        Self {
            name: name.into(),
            spec,
            source,
            target,
            description: None,
            schedule: None,
            transformations: Vec::new(),
            options: FlowOptions::default(),
            draft: false,
        }
    }

    /// Messages that are XDM already into the data lake. It takes some minutes until the inlet knows the flow.
    pub fn streaming(
        name: impl Into<String>,
        source: SourceConnectionId,
        target: TargetConnectionId,
    ) -> Self {
        Self::new(name, specs::flow::STREAMING, source, target)
    }

    /// Messages of any form through a mapping set into the data lake.
    pub fn streaming_mapped(
        name: impl Into<String>,
        source: SourceConnectionId,
        target: TargetConnectionId,
        mapping_set: impl Into<String>,
        version: u64,
    ) -> Self {
        Self::new(name, specs::flow::STREAMING_MAPPED, source, target).mapping(mapping_set, version)
    }

    /// Files of the Data Landing Zone, or of a cloud storage, into the data lake.
    pub fn landing_zone_to_lake(
        name: impl Into<String>,
        source: SourceConnectionId,
        target: TargetConnectionId,
        schedule: IngestSchedule,
    ) -> Self {
        Self::new(name, specs::flow::CLOUD_STORAGE_TO_LAKE, source, target).schedule(schedule)
    }

    /// Datasets into the Data Landing Zone.
    pub fn lake_to_landing_zone(
        name: impl Into<String>,
        source: SourceConnectionId,
        target: TargetConnectionId,
        schedule: ExportSchedule,
    ) -> Self {
        Self::new(name, specs::flow::LAKE_TO_LANDING_ZONE, source, target).schedule(schedule)
    }

    /// Says what it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Says when it runs.
    #[must_use]
    pub fn schedule(mut self, schedule: impl Into<Schedule>) -> Self {
        self.schedule = Some(schedule.into());
        self
    }

    /// Sends the data through this version of a mapping set.
    #[must_use]
    pub fn mapping(self, mapping_set: impl Into<String>, version: u64) -> Self {
        let mapping_set = mapping_set.into();
        self.transformation(
            "Mapping",
            json!({"mappingId": mapping_set, "mappingVersion": version}),
        )
    }

    /// Takes new rows of a table by a column that grows.
    #[must_use]
    pub fn delta_column(self, column: impl Into<String>) -> Self {
        let column = column.into();
        self.transformation("Copy", json!({"deltaColumn": {"name": column}}))
    }

    /// Adds a transformation.
    #[must_use]
    pub fn transformation(mut self, name: impl Into<String>, params: Value) -> Self {
        self.transformations.push(Transformation {
            name: name.into(),
            params,
        });
        self
    }

    /// Sets the options.
    #[must_use]
    pub fn options(mut self, options: FlowOptions) -> Self {
        self.options = options;
        self
    }

    /// Makes it as a draft, or not.
    #[must_use]
    pub fn draft(mut self, draft: bool) -> Self {
        self.draft = draft;
        self
    }

    /// The request's body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for a flow that the service would refuse.
    pub(crate) fn body(&self) -> Result<Value> {
        check_name(&self.name, Kind::Flow)?;
        let refused = |why: String| {
            Error::new(ErrorKind::Usage, "create a flow")
                .with("name", &self.name)
                .because(why)
        };
        self.options.check(&self.name)?;
        let way = way_of(&self.spec);
        if way == Some(Way::Streaming)
            && self.spec == specs::flow::STREAMING_MAPPED
            && self.transformations.is_empty()
            && !self.draft
        {
            return Err(refused("a mapping is missing".to_owned()));
        }
        let schedule = match (&self.schedule, way) {
            (Some(_), Some(Way::Streaming)) => {
                return Err(refused("a streaming flow has no schedule".to_owned()));
            }
            (Some(Schedule::Export(_)), Some(Way::Ingest)) => {
                return Err(refused(
                    "a flow into the data lake has no export schedule".to_owned(),
                ));
            }
            (Some(Schedule::Ingest(_)), Some(Way::Export)) => {
                return Err(refused("an export wants an export schedule".to_owned()));
            }
            (None, Some(Way::Ingest | Way::Export)) if !self.draft => {
                return Err(refused("a schedule is missing".to_owned()));
            }
            (None, _) => None,
            (Some(schedule), _) => Some(
                schedule
                    .params()
                    .map_err(|error| error.with("name", &self.name))?,
            ),
        };
        let mut body = Object::new();
        body.insert("name".to_owned(), json!(self.name));
        put(&mut body, "description", self.description.clone());
        body.insert(
            "flowSpec".to_owned(),
            json!({"id": self.spec, "version": "1.0"}),
        );
        body.insert("sourceConnectionIds".to_owned(), json!([self.source]));
        body.insert("targetConnectionIds".to_owned(), json!([self.target]));
        body.insert("transformations".to_owned(), json!(self.transformations));
        put(&mut body, "scheduleParams", schedule);
        put(&mut body, "options", self.options.body());
        Ok(body.into())
    }
}

impl FlowOptions {
    /// What the service would refuse in a flow of this name.
    pub(crate) fn check(&self, name: &str) -> Result<()> {
        match self.partial_ingestion_percent {
            Some(percent) if !(percent > 0.0 && percent <= 100.0) => {
                Err(Error::new(ErrorKind::Usage, "create a flow")
                    .with("name", name)
                    .because(format!(
                        "{percent} percent of rows that may fail is not above 0 and at most 100"
                    )))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn body(&self) -> Option<Value> {
        let mut body = Object::new();
        put(&mut body, "errorDiagnosticsEnabled", self.error_diagnostics);
        // whole percentages as whole numbers, as the examples have them
        let percent = self
            .partial_ingestion_percent
            .map(|percent| match percent.fract() {
                0.0 => json!(format!("{percent:.0}").parse::<u64>().unwrap_or_default()),
                _ => json!(percent),
            });
        put(&mut body, "partialIngestionPercent", percent);
        put(&mut body, "isSampleDataflow", self.sample);
        (!body.is_empty()).then(|| body.into())
    }
}

/// The form of the schedule that flows of this specification have; none if it is not known.
fn way_of(spec: &FlowSpecId) -> Option<Way> {
    match specs::known_flow(spec)?.way {
        FlowWay::Ingest => Some(Way::Ingest),
        FlowWay::Streaming => Some(Way::Streaming),
        FlowWay::Export => Some(Way::Export),
        FlowWay::Other => None,
    }
}

impl Flows {
    /// Makes a flow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for one that the service would refuse: without a name, with the wrong form of schedule or
    /// none, or a start that has passed; what the service refuses. The call is not repeated after an unclear answer: the
    /// error says how to look.
    pub async fn create(&self, new: NewFlow) -> Result<Created<FlowId>> {
        let body = new.body()?;
        verbs::create(&self.service, Kind::Flow, &body, new.draft, FlowId::new).await
    }

    /// Makes a flow from a whole document, which is sent as it is.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); [`ErrorKind::Usage`] if `name`, `flowSpec`, `sourceConnectionIds` or
    /// `targetConnectionIds` is missing, if there is a `state`, which a new flow must not have (code 1410), or if the
    /// schedule breaks a rule.
    pub async fn create_document(&self, document: Value) -> Result<Created<FlowId>> {
        let wanted = [
            "name",
            "flowSpec",
            "sourceConnectionIds",
            "targetConnectionIds",
        ];
        check_document(&document, Kind::Flow, &wanted)?;
        if document.get("state").is_some() {
            return Err(Error::new(ErrorKind::Usage, "create a flow")
                .because("the document has a `state`, which a new flow must not have"));
        }
        for key in ["sourceConnectionIds", "targetConnectionIds"] {
            let several = document[key].as_array().is_none_or(|ids| ids.len() != 1);
            if several {
                return Err(
                    Error::new(ErrorKind::Usage, "create a flow").because(format!(
                        "`{key}` is not a list of exactly one id (codes 1320 and 1321)"
                    )),
                );
            }
        }
        let way = document["flowSpec"]
            .as_object()
            .and_then(|spec| text(spec, "id"))
            .and_then(|id| FlowSpecId::new(id).ok())
            .and_then(|id| way_of(&id));
        let empty = Object::new();
        let params = document["scheduleParams"].as_object().unwrap_or(&empty);
        if !params.is_empty() || matches!(way, Some(Way::Ingest | Way::Export)) {
            check_params(params, way, Timestamp::now())?;
        }
        verbs::create(&self.service, Kind::Flow, &document, false, FlowId::new).await
    }
}
