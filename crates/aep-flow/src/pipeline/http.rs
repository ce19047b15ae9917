//! Messages over HTTP into a dataset.

use aep_core::Result;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Drafts;
use super::dataset::{Rules, TargetDataset, named};
use super::step::{Draft, StepKind};
use crate::FlowService;
use crate::model::Auth;
use crate::specs::{STREAMING_PROVIDER, connection, flow};

/// A streaming connection with an address of its own, and the flow from there into a dataset.
///
/// The order is that of Adobe's tutorial on streaming connections: the connection, whose inlet the service makes up,
/// source connection, target connection, flow. There is no schedule. Adobe recommends waiting about five minutes before
/// the first message.
#[derive(Debug, Clone)]
#[must_use = "it does nothing until it is given to `Pipelines::create`"]
pub struct HttpToLake {
    name: String,
    dataset: TargetDataset,
    description: Option<String>,
    source_id: Option<String>,
    authenticated: bool,
    rules: Rules,
}

impl HttpToLake {
    /// Messages in the shape of the dataset's schema.
    pub fn new(name: impl Into<String>, dataset: impl Into<TargetDataset>) -> Self {
        Self {
            name: name.into(),
            dataset: dataset.into(),
            description: None,
            source_id: None,
            authenticated: false,
            rules: Rules::None,
        }
    }

    /// What it is for.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// The id of the source, which no other streaming connection may have; a random one if nothing is said.
    pub fn source_id(mut self, id: impl Into<String>) -> Self {
        self.source_id = Some(id.into());
        self
    }

    /// Messages have to carry a token.
    pub fn authenticated(mut self) -> Self {
        self.authenticated = true;
        self
    }

    /// Messages are any JSON, and these rules give them the shape of the schema.
    pub fn mapping(mut self, rules: impl Into<Rules>) -> Self {
        self.rules = rules.into();
        self
    }

    pub(super) async fn drafts(&self, service: &FlowService) -> Result<Drafts> {
        named("flow", &self.name)?;
        let mut work = Drafts::new();
        self.base(&mut work);
        self.dataset.prepare(service, &mut work).await?;
        let name = format!("{} source", self.name);
        let body = json!({
            "name": name,
            "providerId": STREAMING_PROVIDER,
            "connectionSpec": {"id": connection::STREAMING_SOURCE, "version": "1.0"},
            "data": {"format": "json"},
        });
        let draft = Draft::new(StepKind::SourceConnection, name, body)
            .refer("/baseConnectionId", StepKind::BaseConnection);
        work.drafts.push(draft);
        work.target(&format!("{} target", self.name), false);
        let set = format!("{} mapping", self.name);
        let transformations = work.rules(service, &self.rules, &set).await?;
        let spec = if transformations.is_some() {
            flow::STREAMING_MAPPED
        } else {
            flow::STREAMING
        };
        let mut body = json!({"flowSpec": {"id": spec, "version": "1.0"}});
        if let Some(text) = &self.description {
            body["description"] = Value::from(text.as_str());
        }
        work.flow(&self.name, body, transformations);
        Ok(work)
    }

    fn base(&self, work: &mut Drafts) {
        let name = format!("{} connection", self.name);
        let raw = self.rules != Rules::None;
        let source_id = self
            .source_id
            .clone()
            .unwrap_or_else(|| Uuid::new_v4().to_string());
        let mut auth = Auth::new("Streaming Connection")
            .with("sourceId", source_id)
            .with("dataType", if raw { "raw" } else { "xdm" })
            .with("name", self.name.as_str());
        if self.authenticated {
            auth = auth.with("authenticationRequired", true);
        }
        let mut body = json!({"name": name,
            "providerId": STREAMING_PROVIDER,
            "connectionSpec": {"id": connection::STREAMING_SOURCE, "version": "1.0"}});
        if let Some(text) = &self.description {
            body["description"] = Value::from(text.as_str());
        }
        let draft = Draft::new(StepKind::BaseConnection, name, body).auth(auth);
        work.drafts.push(draft);
    }
}
