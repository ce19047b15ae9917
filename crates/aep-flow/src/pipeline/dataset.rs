//! Where rows go: the dataset, its schema, and the rules by which rows get its shape.

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Value, json};

use super::Drafts;
use super::step::{Draft, StepKind};
use crate::mapping::{Mapping, MappingSetId, NewMappingSet};
use crate::specs::connection;
use crate::{FlowService, platform};

/// The media type by which a connection means the first version of a schema.
pub(super) const SCHEMA_VERSION: &str = "application/vnd.adobe.xed-full+json;version=1";

/// The dataset that a pipeline writes into.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TargetDataset {
    /// One that exists, by id or name.
    Existing(String),
    /// One that is made along with the pipeline, and deleted again if a later step fails.
    New {
        /// Its name; no other dataset may have it.
        name: String,
        /// The schema of its rows.
        schema: TargetSchema,
    },
}

/// The schema of a dataset that is to be made.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TargetSchema {
    /// One that exists, by id or title.
    Existing(String),
    /// One that is made along with the pipeline: the document that goes to the Schema Registry.
    New(Value),
}

impl From<&str> for TargetDataset {
    fn from(id_or_name: &str) -> Self {
        Self::Existing(id_or_name.to_owned())
    }
}

impl From<String> for TargetDataset {
    fn from(id_or_name: String) -> Self {
        Self::Existing(id_or_name)
    }
}

impl From<aep_core::DatasetId> for TargetDataset {
    fn from(id: aep_core::DatasetId) -> Self {
        Self::Existing(id.into())
    }
}

/// How rows get the shape of the schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Rules {
    /// They have it already.
    #[default]
    None,
    /// By a mapping set that is made along with the pipeline.
    New(Vec<Mapping>),
    /// By a mapping set that exists, in this version or the newest.
    Existing(MappingSetId, Option<u64>),
}

impl From<Vec<Mapping>> for Rules {
    fn from(rules: Vec<Mapping>) -> Self {
        Self::New(rules)
    }
}

impl From<MappingSetId> for Rules {
    fn from(id: MappingSetId) -> Self {
        Self::Existing(id, None)
    }
}

impl TargetDataset {
    /// Looks up what exists and drafts what does not.
    pub(super) async fn prepare(&self, service: &FlowService, into: &mut Drafts) -> Result<()> {
        let client = service.client();
        let (name, schema) = match self {
            Self::Existing(id_or_name) => {
                let found = platform::find_dataset(client, id_or_name).await?;
                into.known.insert(StepKind::Dataset, found.id.into());
                if let Some(schema) = found.schema {
                    into.known.insert(StepKind::Schema, schema.into());
                }
                return Ok(());
            }
            Self::New { name, schema } => (name, schema),
        };
        named("dataset", name)?;
        let twins = platform::datasets_named(client, name).await?;
        if let Some(twin) = twins.first() {
            return Err(Error::new(ErrorKind::Conflict, "create the dataset")
                .with("dataset", name)
                .because(format!("there is one of this name, {}", twin.id))
                .hint("write into that one, or choose another name"));
        }
        match schema {
            TargetSchema::Existing(id_or_title) => {
                let id = platform::find_schema(client, id_or_title).await?;
                into.known.insert(StepKind::Schema, id.into());
            }
            TargetSchema::New(document) => {
                let title = document["title"].as_str().unwrap_or_default();
                if title.is_empty() || !document["allOf"].is_array() {
                    return Err(Error::new(ErrorKind::Usage, "create the schema").hint(
                        "a schema has a title and an `allOf` with one class and any field groups",
                    ));
                }
                let draft = Draft::new(StepKind::Schema, title, document.clone());
                into.drafts.push(draft);
            }
        }
        let body = json!({
            "name": name,
            "schemaRef": {"id": "", "contentType": "application/vnd.adobe.xed+json;version=1"},
            "fileDescription": {"format": "parquet"},
        });
        let draft =
            Draft::new(StepKind::Dataset, name, body).refer("/schemaRef/id", StepKind::Schema);
        into.drafts.push(draft);
        Ok(())
    }
}

impl Drafts {
    pub(crate) fn new() -> Self {
        Self {
            drafts: Vec::new(),
            known: std::collections::BTreeMap::new(),
        }
    }

    pub(crate) fn has(&self, kind: StepKind) -> bool {
        self.known.contains_key(&kind) || self.drafts.iter().any(|draft| draft.kind == kind)
    }

    /// The target connection of a pipeline into the lake.
    pub(super) fn target(&mut self, name: &str, dataset_connection: bool) {
        let body = json!({
            "name": name,
            "connectionSpec": {"id": connection::DATA_LAKE_TARGET, "version": "1.0"},
            "data": {"format": "parquet_xdm"},
            "params": {"dataSetId": ""},
        });
        let mut draft = Draft::new(StepKind::TargetConnection, name, body)
            .refer("/params/dataSetId", StepKind::Dataset);
        if self.has(StepKind::Schema) {
            draft.body["data"]["schema"] = json!({"id": "", "version": SCHEMA_VERSION});
            draft = draft.refer("/data/schema/id", StepKind::Schema);
        }
        if dataset_connection {
            draft = draft.refer("/baseConnectionId", StepKind::DatasetConnection);
        }
        self.drafts.push(draft);
    }

    /// The mapping set, and the transformation of the flow that names it. A rule that can't work is refused here, before
    /// anything is made.
    pub(super) async fn rules(
        &mut self,
        service: &FlowService,
        rules: &Rules,
        name: &str,
    ) -> Result<Option<Value>> {
        let (id, version) = match rules {
            Rules::None => return Ok(None),
            Rules::New(rules) => {
                if !self.has(StepKind::Schema) {
                    return Err(Error::new(ErrorKind::Usage, "map the rows")
                        .because("the dataset has no schema")
                        .hint("a mapping needs a schema to map to"));
                }
                // the id of the schema is filled in later, if it is not known yet
                let placeholder = aep_core::SchemaId::new("-")?;
                let set = NewMappingSet::new(placeholder, rules.clone()).name(name);
                set.check()?;
                let draft = Draft::new(StepKind::MappingSet, name, set.body())
                    .refer("/outputSchema/schemaRef/id", StepKind::Schema);
                self.drafts.push(draft);
                (None, 0)
            }
            Rules::Existing(id, Some(version)) => (Some(id), *version),
            Rules::Existing(id, None) => {
                let newest = service.mapping_sets().get(id, None).await?;
                (Some(id), newest.version)
            }
        };
        if let Some(id) = id {
            self.known.insert(StepKind::MappingSet, id.to_string());
        }
        Ok(Some(json!([{
            "name": "Mapping",
            "params": {"mappingId": "", "mappingVersion": version},
        }])))
    }

    /// The flow between the two connections.
    pub(super) fn flow(&mut self, name: &str, mut body: Value, transformations: Option<Value>) {
        body["name"] = Value::from(name);
        body["sourceConnectionIds"] = json!([]);
        body["targetConnectionIds"] = json!([]);
        let mapped = transformations.is_some();
        body["transformations"] = transformations.unwrap_or_else(|| json!([]));
        let mut draft = Draft::new(StepKind::Flow, name, body)
            .refer("/sourceConnectionIds/0", StepKind::SourceConnection)
            .refer("/targetConnectionIds/0", StepKind::TargetConnection);
        if mapped {
            draft = draft.refer("/transformations/0/params/mappingId", StepKind::MappingSet);
        }
        self.drafts.push(draft);
    }
}

/// Refuses a name that is none.
pub(super) fn named(what: &'static str, name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(
            Error::new(ErrorKind::Usage, format!("create the {what}")).because("it has no name")
        );
    }
    Ok(())
}
