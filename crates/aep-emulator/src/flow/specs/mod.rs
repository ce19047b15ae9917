//! The catalogue: connection specs and flow specs, with the ids that are the same for every customer.
//!
//! Ids, names of auth specs and their parameters are published; names, descriptions and schemas are the emulator's
//! where nothing is. The specs `uis`, `dataset_to_ups` and `dataset_to_uis` exist on the platform under ids nobody
//! published, so theirs are the emulator's own.

mod load;
mod schema;

use std::sync::LazyLock;

use serde_json::Value;

pub(crate) use schema::{Fault, check, secrets};

/// Spec ids that rules name.
pub(crate) mod id {
    pub(crate) const LANDING_ZONE: &str = "26f526f2-58f4-4712-961d-e41bf1ccc0e8";
    pub(crate) const LANDING_ZONE_TARGET: &str = "10440537-2a7b-4583-ac39-ed38d4b848e8";
    pub(crate) const LAKE: &str = "c604ff05-7f1a-43c0-8e18-33bf874cb11c";
    pub(crate) const LAKE_SOURCE: &str = "23598e46-f560-407b-88d5-ea6207e49db0";
    pub(crate) const STREAMING: &str = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb";
}

/// What a connection spec connects to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Category {
    /// Files: `cloud-storage`.
    Files,
    /// Tables: `table`.
    Tables,
    /// Messages: `streaming`.
    Streaming,
    /// The platform's own stores, which need no account.
    Own,
    /// Anything else.
    Other,
}

/// A connection spec.
#[derive(Debug)]
pub(crate) struct ConnectionSpec {
    /// As answered.
    pub(crate) doc: Value,
    pub(crate) category: Category,
    /// Its auth specs are not published: any auth is taken, and all of it is secret.
    pub(crate) any_auth: bool,
}

/// What the flows of a flow spec do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlowKind {
    /// Files into the lake.
    Files,
    /// Tables into the lake.
    Tables,
    /// Messages into the lake, as they are.
    Streaming,
    /// Messages into the lake, mapped.
    MappedStreaming,
    /// Datasets out of the lake.
    Export,
    /// Audiences to a destination.
    Audience,
    /// Within the platform.
    Internal,
}

/// A flow spec.
#[derive(Debug)]
pub(crate) struct FlowSpec {
    /// As answered.
    pub(crate) doc: Value,
    pub(crate) kind: FlowKind,
}

static CONNECTION_SPECS: LazyLock<Vec<ConnectionSpec>> = LazyLock::new(load::connection_specs);
static FLOW_SPECS: LazyLock<Vec<FlowSpec>> = LazyLock::new(load::flow_specs);

/// All connection specs.
pub(crate) fn connection_specs() -> &'static [ConnectionSpec] {
    &CONNECTION_SPECS
}

/// All flow specs.
pub(crate) fn flow_specs() -> &'static [FlowSpec] {
    &FLOW_SPECS
}

/// The connection spec of an id.
pub(crate) fn connection_spec(id: &str) -> Option<&'static ConnectionSpec> {
    connection_specs().iter().find(|spec| spec.doc["id"] == id)
}

/// The flow spec of an id.
pub(crate) fn flow_spec(id: &str) -> Option<&'static FlowSpec> {
    flow_specs().iter().find(|spec| spec.doc["id"] == id)
}

impl ConnectionSpec {
    pub(crate) fn id(&self) -> &str {
        self.doc["id"].as_str().unwrap_or_default()
    }

    /// Its auth spec of a name.
    pub(crate) fn auth(&self, name: &str) -> Option<&Value> {
        self.doc["authSpec"]
            .as_array()?
            .iter()
            .find(|auth| auth["name"] == name)
    }

    /// Whether its connections hold credentials.
    pub(crate) fn has_auth(&self) -> bool {
        self.any_auth
            || self.doc["authSpec"]
                .as_array()
                .is_some_and(|auth| !auth.is_empty())
    }

    /// Whether it has something to be explored.
    pub(crate) fn is_explorable(&self) -> bool {
        self.doc["exploreSpec"].is_object()
    }
}

impl FlowSpec {
    /// Whether its source or target connections may be of a connection spec; `side` is `source` or `target`.
    pub(crate) fn allows(&self, side: &str, connection_spec: &str) -> bool {
        self.doc[format!("{side}ConnectionSpecIds")]
            .as_array()
            .is_some_and(|ids| ids.iter().any(|id| id == connection_spec))
    }
}

impl FlowKind {
    /// Whether its flows run by a schedule.
    pub(crate) fn is_scheduled(self) -> bool {
        matches!(self, Self::Files | Self::Tables | Self::Export)
    }

    /// Whether its flows begin at an inlet.
    pub(crate) fn is_streaming(self) -> bool {
        matches!(self, Self::Streaming | Self::MappedStreaming)
    }
}
