//! The published specifications, by name.
//!
//! Their ids are the same for every customer and sandbox, so a program needs no look-up. Names are not: a system that is a
//! source and a destination has two specifications, at times of the same name.

pub mod connection;
pub mod flow;

use serde::Serialize;

use crate::ids::{ConnectionSpecId, FlowSpecId};

/// The provider of sources. Source: Adobe's document of Flow Service.
pub const SOURCES_PROVIDER: &str = "0ed90a81-07f4-4586-8190-b40eccef1c5a";
/// The provider of destinations. Source: Adobe's document of the destinations API.
pub const DESTINATIONS_PROVIDER: &str = "14e34fac-d307-11e9-bb65-2a2ae2dbcce4";
/// The provider of streaming connections. Source: the documentation of the Python client aepp.
pub const STREAMING_PROVIDER: &str = "521eee4d-8cbe-4906-bb48-fb6bd4450033";

/// Which side of a flow a system is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Data comes from it.
    Source,
    /// Data goes to it.
    Target,
}

impl Role {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Role {
    type Err = aep_core::Error;

    fn from_str(word: &str) -> aep_core::Result<Self> {
        match word.to_ascii_lowercase().as_str() {
            "source" => Ok(Self::Source),
            "target" | "destination" => Ok(Self::Target),
            _ => Err(
                aep_core::Error::new(aep_core::ErrorKind::Usage, "read the role")
                    .with("role", word)
                    .because("it is not source or target"),
            ),
        }
    }
}

/// A connection specification that is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSpec {
    /// Its id.
    pub id: ConnectionSpecId,
    /// Its name. The platform's own may differ from one release to the next: ids count.
    pub name: &'static str,
    /// Which side it is on.
    pub role: Role,
    /// The published forms of sign-in; none for systems that need none or whose forms are not published.
    pub auth: &'static [KnownAuth],
}

/// A form of sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownAuth {
    /// Its name, for [`Auth::new`](crate::Auth::new).
    pub name: &'static str,
    /// The names of its values.
    pub params: &'static [&'static str],
}

/// A flow specification that is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFlowSpec {
    /// Its id.
    pub id: FlowSpecId,
    /// Its name, or ours if none is published.
    pub name: &'static str,
    /// What sort of flows it makes.
    pub way: FlowWay,
}

/// What sort of flows a specification makes; it decides the form of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlowWay {
    /// Batches into the data lake.
    Ingest,
    /// Messages into the data lake: no schedule.
    Streaming,
    /// Datasets out of the data lake.
    Export,
    /// Something else.
    Other,
}

/// Every connection specification that is published.
pub const CONNECTION_SPECS: &[KnownSpec] = connection::ALL;

/// Every flow specification that is published.
pub const FLOW_SPECS: &[KnownFlowSpec] = flow::ALL;

/// The published connection specification of this id.
pub fn known(id: &ConnectionSpecId) -> Option<&'static KnownSpec> {
    CONNECTION_SPECS.iter().find(|spec| spec.id == *id)
}

/// The published flow specification of this id.
pub fn known_flow(id: &FlowSpecId) -> Option<&'static KnownFlowSpec> {
    FLOW_SPECS.iter().find(|spec| spec.id == *id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_id_is_a_uuid_and_stands_once() {
        let all: Vec<&str> = CONNECTION_SPECS
            .iter()
            .map(|spec| spec.id.as_str())
            .chain(FLOW_SPECS.iter().map(|spec| spec.id.as_str()))
            .collect();
        for id in &all {
            assert!(uuid::Uuid::parse_str(id).is_ok(), "{id}");
        }
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }
}
