//! The door to everything in this crate.

use std::fmt;
use std::sync::Arc;

use aep_core::{Client, Error, ErrorKind, FlowId, Result};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::connection_specs::ConnectionSpecs;
use crate::connections::Connections;
use crate::export::Exports;
use crate::flow_specs::FlowSpecs;
use crate::flows::Flows;
use crate::lake::LakeFlows;
use crate::manager::FlowManager;
use crate::mapping::MappingSets;
use crate::pipeline::Pipelines;
use crate::runs::Runs;
use crate::sources::SourceConnections;
use crate::targets::TargetConnections;
use crate::zone::{LandingZone, ZoneType};
use crate::{guard, wire};

/// Flow Service for one organisation and sandbox. Cheap to clone; the clones share connections and the answer about the
/// sandbox's type.
#[derive(Clone)]
pub struct FlowService(Arc<Inner>);

struct Inner {
    client: Client,
    writable: OnceCell<()>,
}

impl fmt::Debug for FlowService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowService")
            .field("settings", self.0.client.settings())
            .finish_non_exhaustive()
    }
}

impl FlowService {
    /// Works through this client.
    pub fn new(client: Client) -> Self {
        Self(Arc::new(Inner {
            client,
            writable: OnceCell::new(),
        }))
    }

    /// The client that the requests go through.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Connections ("base connections"): the accounts by which systems are reached.
    pub fn connections(&self) -> Connections {
        Connections::new(self.clone())
    }

    /// Connection specifications: the templates of systems.
    pub fn connection_specs(&self) -> ConnectionSpecs {
        ConnectionSpecs::new(self.clone())
    }

    /// Source connections: what is read.
    pub fn sources(&self) -> SourceConnections {
        SourceConnections::new(self.clone())
    }

    /// Target connections: where it is written.
    pub fn targets(&self) -> TargetConnections {
        TargetConnections::new(self.clone())
    }

    /// Flows.
    pub fn flows(&self) -> Flows {
        Flows::new(self.clone())
    }

    /// Flow specifications: the templates of flows.
    pub fn flow_specs(&self) -> FlowSpecs {
        FlowSpecs::new(self.clone())
    }

    /// Runs: the executions of flows.
    pub fn runs(&self) -> Runs {
        Runs::new(self.clone())
    }

    /// The flows that fill the profile store (UPS) from datasets.
    pub fn profile_flows(&self) -> LakeFlows {
        LakeFlows::profiles(self.clone())
    }

    /// The flows that fill the identity store (UIS) from datasets.
    pub fn identity_flows(&self) -> LakeFlows {
        LakeFlows::identities(self.clone())
    }

    /// Mapping sets: how rows get the shape of a schema.
    pub fn mapping_sets(&self) -> MappingSets {
        MappingSets::new(self.clone())
    }

    /// Exports of datasets.
    pub fn exports(&self) -> Exports {
        Exports::new(self.clone())
    }

    /// A flow with everything that it points at; [`FlowManager::find`] takes its name. Nothing is fetched yet.
    pub fn manager(&self, id: &FlowId) -> FlowManager {
        FlowManager::new(self, id)
    }

    /// Guided creation: everything that a flow needs in one call.
    pub fn pipelines(&self) -> Pipelines {
        Pipelines::new(self.clone())
    }

    /// One of the sandbox's landing zones: its credentials, and the files in it.
    pub fn landing_zone(&self, zone: ZoneType) -> LandingZone {
        LandingZone::new(self.clone(), zone)
    }

    /// What a path of the platform answers: one below Flow Service, `flows/ID` or `/runs?limit=5`, or, from
    /// `/data/` on, of any service. Answers the body as it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] for an address instead of a path, and what the service refuses.
    pub async fn resource(&self, path: &str) -> Result<Value> {
        let wrong = |why: &'static str| {
            Err(Error::new(ErrorKind::Usage, "read a resource")
                .with("path", path)
                .because(why))
        };
        if path.contains("://") || path.starts_with("//") {
            return wrong("it is an address; give its path");
        }
        let (path_only, query) = path.split_once('?').unwrap_or((path, ""));
        let segments: Result<Vec<_>, _> = path_only
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8())
            .collect();
        let Ok(segments) = segments else {
            return wrong("it is not UTF-8");
        };
        let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        if segments.is_empty() {
            return wrong("it is empty");
        }
        let query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        wire::resource(self.client(), &segments, &query).await
    }

    /// Fails if the sandbox must not be written to: its type is production, or can't be found out, and the settings do not
    /// allow it. Everything in this crate that writes asks here first; the answer is kept.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] without a sandbox, [`ErrorKind::Forbidden`] if it must not be written to.
    pub async fn guard_writes(&self) -> Result<()> {
        self.0
            .writable
            .get_or_try_init(|| guard::look_before_write(self.client()))
            .await
            .copied()
    }
}
