//! Datasets into the landing zone.

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Value, json};

use super::Drafts;
use super::dataset::named;
use super::step::{Draft, StepKind};
use crate::schedule::{Every, ExportMode, ExportSchedule, Schedule, Start};
use crate::specs::{connection, flow};
use crate::targets::{ExportFiles, ExportFormat};
use crate::{ConnectionId, FlowService, platform};

/// Datasets, by a schedule, as files into the landing zone for destinations.
///
/// The order is that of Adobe's tutorial on exporting datasets: source connection, base connection of the destination,
/// target connection, flow.
#[derive(Debug, Clone)]
#[must_use = "it does nothing until it is given to `Pipelines::create`"]
pub struct LakeToZone {
    name: String,
    datasets: Vec<String>,
    path: String,
    files: ExportFiles,
    schedule: ExportSchedule,
    description: Option<String>,
    base: Base,
    source_name: Option<String>,
    target_name: Option<String>,
}

#[derive(Debug, Clone)]
enum Base {
    New(Option<String>),
    Existing(ConnectionId),
}

impl LakeToZone {
    /// These datasets, by id or name, below this path.
    pub fn new<D: Into<String>>(
        name: impl Into<String>,
        datasets: impl IntoIterator<Item = D>,
        path: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            datasets: datasets.into_iter().map(Into::into).collect(),
            path: path.into(),
            files: ExportFiles::default(),
            schedule: ExportSchedule {
                start: Start::Now,
                end: None,
                every: Every::Day,
                mode: ExportMode::default(),
                folder_template: None,
            },
            description: None,
            base: Base::New(None),
            source_name: None,
            target_name: None,
        }
    }

    /// What is written; Parquet compressed with gzip if nothing is said. The other choice is JSON, a row a line, which is
    /// always compressed; there is no CSV.
    pub fn files(mut self, files: impl Into<ExportFiles>) -> Self {
        self.files = files.into();
        self
    }

    /// When it runs; every day from now on if nothing is said. A schedule without an end stops after six months.
    pub fn schedule(mut self, schedule: ExportSchedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// What it is for.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Uses a base connection of the landing zone that exists.
    pub fn base(mut self, id: ConnectionId) -> Self {
        self.base = Base::Existing(id);
        self
    }

    /// The name of the base connection that is made.
    pub fn base_name(mut self, name: impl Into<String>) -> Self {
        self.base = Base::New(Some(name.into()));
        self
    }

    /// The name of the source connection.
    pub fn source_name(mut self, name: impl Into<String>) -> Self {
        self.source_name = Some(name.into());
        self
    }

    /// The name of the target connection.
    pub fn target_name(mut self, name: impl Into<String>) -> Self {
        self.target_name = Some(name.into());
        self
    }

    /// The datasets, by id or name.
    pub(crate) fn datasets(&self) -> &[String] {
        &self.datasets
    }

    fn part(&self, given: Option<&String>, part: &str) -> String {
        given
            .cloned()
            .unwrap_or_else(|| format!("{} {part}", self.name))
    }

    pub(crate) async fn drafts(&self, service: &FlowService) -> Result<Drafts> {
        self.check()?;
        let mut work = Drafts::new();
        self.source(service, &mut work).await?;
        match &self.base {
            Base::Existing(id) => {
                let found = service.connections().get(id).await?;
                work.known
                    .insert(StepKind::BaseConnection, found.id.to_string());
            }
            Base::New(given) => {
                let name = self.part(given.as_ref(), "connection");
                let body = json!({"name": name,
                    "connectionSpec": {"id": connection::LANDING_ZONE_TARGET, "version": "1.0"}});
                work.drafts
                    .push(Draft::new(StepKind::BaseConnection, name, body));
            }
        }
        let name = self.part(self.target_name.as_ref(), "target");
        let body = json!({
            "name": name,
            "connectionSpec": {"id": connection::LANDING_ZONE_TARGET, "version": "1.0"},
            "params": {
                "mode": "Server-to-server",
                "path": self.path,
                "compression": if self.files.gzip { "GZIP" } else { "NONE" },
                "datasetFileType": self.files.format.as_str(),
            },
        });
        let draft = Draft::new(StepKind::TargetConnection, name, body)
            .refer("/baseConnectionId", StepKind::BaseConnection);
        work.drafts.push(draft);
        let mut body = json!({
            "flowSpec": {"id": flow::LAKE_TO_LANDING_ZONE, "version": "1.0"},
            "scheduleParams": Schedule::Export(self.schedule.clone()).params()?,
        });
        if let Some(text) = &self.description {
            body["description"] = Value::from(text.as_str());
        }
        work.flow(&self.name, body, None);
        Ok(work)
    }

    async fn source(&self, service: &FlowService, work: &mut Drafts) -> Result<()> {
        let mut datasets = Vec::new();
        for id_or_name in &self.datasets {
            let found = platform::find_dataset(service.client(), id_or_name).await?;
            datasets.push(json!({"dataSetId": found.id, "name": found.name}));
        }
        let name = self.part(self.source_name.as_ref(), "source");
        let body = json!({
            "name": name,
            "connectionSpec": {"id": connection::DATA_LAKE_SOURCE, "version": "1.0"},
            "params": {"datasets": datasets},
        });
        work.drafts
            .push(Draft::new(StepKind::SourceConnection, name, body));
        Ok(())
    }

    fn check(&self) -> Result<()> {
        let refused =
            |why: &'static str| Err(Error::new(ErrorKind::Usage, "export datasets").because(why));
        named("flow", &self.name)?;
        if self.datasets.is_empty() {
            return refused("no dataset is given");
        }
        if self.path.trim().is_empty() {
            return refused("the path is empty");
        }
        if self.files.format == ExportFormat::Json && !self.files.gzip {
            return refused("JSON is only exported compressed; choose gzip, or Parquet");
        }
        Schedule::Export(self.schedule.clone()).check()
    }
}
