//! Files into a dataset.

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Value, json};

use super::Drafts;
use super::account::Account;
use super::dataset::{Rules, SCHEMA_VERSION, TargetDataset, named};
use super::step::{Draft, StepKind};
use crate::flows::FlowOptions;
use crate::model::{DataFormat, FileFormat};
use crate::schedule::{IngestSchedule, Schedule};
use crate::specs::{connection, flow};
use crate::{ConnectionSpecId, FlowService};

/// Files of a cloud storage, a server or the landing zone, by a schedule, into a dataset.
///
/// The order is that of Adobe's tutorial on collecting cloud storage data: base connection, schema and dataset if they are
/// new, source connection, target connection, mapping set, flow.
#[derive(Debug, Clone)]
#[must_use = "it does nothing until it is given to `Pipelines::create`"]
pub struct StorageToLake {
    name: String,
    origin: Origin,
    path: String,
    dataset: TargetDataset,
    description: Option<String>,
    data: Option<DataFormat>,
    folder: Option<bool>,
    recursive: bool,
    rules: Rules,
    schedule: IngestSchedule,
    options: FlowOptions,
    dataset_connection: bool,
    schema_in_source: bool,
}

#[derive(Debug, Clone)]
enum Origin {
    Account(Account),
    LandingZone,
}

/// What the landing zone's paths begin with: its container, or on Amazon its folder, in Adobe's documentation of the
/// Data Landing Zone.
const ZONES: [&str; 2] = ["dlz-user-container", "dlz-adf-connectors"];

/// What the name of the landing zone's bucket begins with there.
const ZONE_BUCKET: &str = "dlz-prod-";

impl StorageToLake {
    /// From a cloud storage or a server. The path is what the system calls one: for S3 and Google Cloud Storage it begins
    /// with the bucket, for Azure with the container. `*` in the name of a file stands for anything.
    pub fn cloud(
        name: impl Into<String>,
        account: impl Into<Account>,
        path: impl Into<String>,
        dataset: impl Into<TargetDataset>,
    ) -> Self {
        Self::new(
            name.into(),
            Origin::Account(account.into()),
            path.into(),
            dataset.into(),
        )
    }

    /// From the landing zone of the sandbox. The name of its container need not be in the path.
    pub fn landing_zone(
        name: impl Into<String>,
        path: impl Into<String>,
        dataset: impl Into<TargetDataset>,
    ) -> Self {
        let path = path.into();
        let path = path.trim_start_matches('/');
        let first = path.split('/').next().unwrap_or_default();
        let inside = ZONES.contains(&first) || first.starts_with(ZONE_BUCKET);
        let path = if inside {
            path.to_owned()
        } else {
            format!("{}/{path}", ZONES[0])
        };
        Self::new(name.into(), Origin::LandingZone, path, dataset.into())
    }

    fn new(name: String, origin: Origin, path: String, dataset: TargetDataset) -> Self {
        Self {
            name,
            origin,
            path,
            dataset,
            description: None,
            data: None,
            folder: None,
            recursive: false,
            rules: Rules::None,
            schedule: IngestSchedule::once(),
            options: FlowOptions::default(),
            dataset_connection: false,
            schema_in_source: false,
        }
    }

    /// What it is for.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// What the files are. Without it the ending of the path decides: `.json`, `.parquet`, else delimited text.
    pub fn format(mut self, data: impl Into<DataFormat>) -> Self {
        self.data = Some(data.into());
        self
    }

    /// The path is one file. Without this or [`folder`](Self::folder) a path with an ending and without `*` is a file.
    pub fn file(mut self) -> Self {
        self.folder = Some(false);
        self
    }

    /// The path is a folder, or a name with `*` in it.
    pub fn folder(mut self) -> Self {
        self.folder = Some(true);
        self
    }

    /// Folders in the folder are read too.
    pub fn recursive(mut self) -> Self {
        self.recursive = true;
        self
    }

    /// How rows get the shape of the schema: rules, or a mapping set that exists. Without it they must have it already.
    pub fn mapping(mut self, rules: impl Into<Rules>) -> Self {
        self.rules = rules.into();
        self
    }

    /// When it runs; once and now if nothing is said.
    pub fn schedule(mut self, schedule: IngestSchedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Error diagnostics and how many rows may fail.
    pub fn options(mut self, options: FlowOptions) -> Self {
        self.options = options;
        self
    }

    /// Puts a connection of its own before the dataset, as Adobe's older tutorials do; the newer leave it out.
    pub fn dataset_connection(mut self) -> Self {
        self.dataset_connection = true;
        self
    }

    /// Names the schema in the source connection too, as Adobe's older tutorials do.
    pub fn schema_in_source(mut self) -> Self {
        self.schema_in_source = true;
        self
    }

    pub(super) async fn drafts(&self, service: &FlowService) -> Result<Drafts> {
        self.check()?;
        let mut work = Drafts::new();
        let spec = self.base(service, &mut work).await?;
        self.dataset.prepare(service, &mut work).await?;
        self.source(&mut work, &spec);
        if self.dataset_connection {
            let name = format!("{} dataset connection", self.name);
            let body = json!({"name": name,
                "connectionSpec": {"id": connection::DATA_LAKE_TARGET, "version": "1.0"}});
            let draft = Draft::new(StepKind::DatasetConnection, name, body);
            work.drafts.push(draft);
        }
        let target = format!("{} target", self.name);
        work.target(&target, self.dataset_connection);
        let set = format!("{} mapping", self.name);
        let transformations = work.rules(service, &self.rules, &set).await?;
        let mut body = json!({
            "flowSpec": {"id": flow::CLOUD_STORAGE_TO_LAKE, "version": "1.0"},
            "scheduleParams": Schedule::Ingest(self.schedule).params()?,
        });
        if let Some(text) = &self.description {
            body["description"] = Value::from(text.as_str());
        }
        if let Some(options) = self.options.body() {
            body["options"] = options;
        }
        work.flow(&self.name, body, transformations);
        Ok(work)
    }

    fn check(&self) -> Result<()> {
        named("flow", &self.name)?;
        let bare = self.path.trim().trim_matches('/');
        if bare.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "create the source connection")
                .because("the path is empty"));
        }
        Schedule::Ingest(self.schedule).check()?;
        self.options.check(&self.name)
    }

    /// The base connection, and the specification of its system.
    async fn base(&self, service: &FlowService, work: &mut Drafts) -> Result<ConnectionSpecId> {
        let account = match &self.origin {
            Origin::LandingZone => return Ok(connection::LANDING_ZONE_SOURCE),
            Origin::Account(account) => account,
        };
        let (spec, auth) = match account {
            Account::New(account) => account.source()?,
            Account::Existing(id_or_name) => {
                let found = service.connections().find(id_or_name).await?;
                work.known
                    .insert(StepKind::BaseConnection, found.id.to_string());
                return found.connection_spec.map(|spec| spec.id).ok_or_else(|| {
                    Error::new(ErrorKind::Protocol, "use the connection")
                        .with("connection", &found.id)
                        .because("it does not say which system it is for")
                });
            }
        };
        let name = format!("{} connection", self.name);
        let mut body = json!({"name": name,
            "connectionSpec": {"id": spec, "version": "1.0"}});
        if let Some(text) = &self.description {
            body["description"] = Value::from(text.as_str());
        }
        let draft = Draft::new(StepKind::BaseConnection, name, body).auth(auth);
        work.drafts.push(draft);
        Ok(spec)
    }

    fn source(&self, work: &mut Drafts, spec: &ConnectionSpecId) {
        let name = format!("{} source", self.name);
        let data = self
            .data
            .clone()
            .unwrap_or_else(|| guess(&self.path).into());
        let mut body = json!({
            "name": name,
            "connectionSpec": {"id": spec, "version": "1.0"},
            "data": data.body().unwrap_or_else(|| json!({})),
            "params": {
                "path": self.path,
                "type": if self.is_folder() { "folder" } else { "file" },
                "recursive": self.recursive,
            },
        });
        let schema = self.schema_in_source && work.has(StepKind::Schema);
        if schema {
            body["data"]["schema"] = json!({"id": "", "version": SCHEMA_VERSION});
        }
        let mut draft = Draft::new(StepKind::SourceConnection, name, body);
        if schema {
            draft = draft.refer("/data/schema/id", StepKind::Schema);
        }
        if work.has(StepKind::BaseConnection) {
            draft = draft.refer("/baseConnectionId", StepKind::BaseConnection);
        }
        work.drafts.push(draft);
    }

    fn is_folder(&self) -> bool {
        self.folder.unwrap_or_else(|| {
            let last = self.path.rsplit('/').next().unwrap_or_default();
            last.contains('*') || !last.contains('.')
        })
    }
}

/// The format that the ending of a path stands for.
fn guess(path: &str) -> FileFormat {
    let path = path.to_ascii_lowercase();
    let is = |ending: &str| path.ends_with(ending) || path.contains(&format!("{ending}."));
    if is(".parquet") {
        FileFormat::Parquet
    } else if is(".json") || is(".ndjson") || is(".jsonl") {
        FileFormat::Json
    } else {
        FileFormat::Delimited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_what_a_path_is() {
        for (path, format, folder) in [
            ("b/in/", FileFormat::Delimited, true),
            ("b/in/*.json", FileFormat::Json, true),
            ("b/in/a.JSON", FileFormat::Json, false),
            ("b/in/a.json.gz", FileFormat::Json, false),
            ("b/in/a.parquet", FileFormat::Parquet, false),
            ("b/in/a.csv", FileFormat::Delimited, false),
        ] {
            let pipeline = StorageToLake::cloud("x", Account::Existing("c".into()), path, "d");
            assert_eq!(
                (guess(path), pipeline.is_folder()),
                (format, folder),
                "{path}"
            );
        }
    }

    #[test]
    fn the_container_of_the_zone_is_named_once() {
        for (path, full) in [
            ("in/", "dlz-user-container/in/"),
            ("/in/a.csv", "dlz-user-container/in/a.csv"),
            ("dlz-user-container/in/", "dlz-user-container/in/"),
            (
                "dlz-user-containers/in/",
                "dlz-user-container/dlz-user-containers/in/",
            ),
            (
                "dlz-prod-dev/dlz-adf-connectors/in/",
                "dlz-prod-dev/dlz-adf-connectors/in/",
            ),
        ] {
            assert_eq!(StorageToLake::landing_zone("x", path, "d").path, full);
        }
    }
}
