//! The flow specification as Flow Service describes it.

use aep_core::Result;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::ids::{ConnectionSpecId, FlowSpecId};
use crate::json::{Object, as_flag, as_text, at, text};
use crate::model::{id, ids};

/// The template of a flow. Serialises as the object that the service gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FlowSpec {
    /// Its id, the same for every customer.
    pub id: FlowSpecId,
    /// Its name; nothing makes it unique.
    pub name: String,
    /// Its version, `1.0` today.
    pub version: Option<String>,
    /// The provider.
    pub provider: Option<String>,
    /// The systems that its flows may read.
    pub sources: Vec<ConnectionSpecId>,
    /// The systems that its flows may write.
    pub targets: Vec<ConnectionSpecId>,
    raw: Object,
}

impl FlowSpec {
    pub(super) fn read(raw: Object) -> Result<Self> {
        Ok(Self {
            id: id(&raw, "a flow specification", FlowSpecId::new)?,
            name: text(&raw, "name").unwrap_or_default(),
            version: text(&raw, "version"),
            provider: text(&raw, "providerId"),
            sources: ids(&raw, "sourceConnectionSpecIds", ConnectionSpecId::new),
            targets: ids(&raw, "targetConnectionSpecIds", ConnectionSpecId::new),
            raw,
        })
    }

    /// How often its flows run: `batch`, `streaming` or another word, if it says.
    pub fn frequency(&self) -> Option<String> {
        at(&self.raw, &["attributes", "frequency"]).and_then(as_text)
    }

    /// Whether its flows come from sources.
    pub fn is_source_flow(&self) -> Option<bool> {
        at(&self.raw, &["attributes", "isSourceFlow"]).and_then(as_flag)
    }

    /// Whether its flows go to destinations.
    pub fn is_destination_flow(&self) -> Option<bool> {
        at(&self.raw, &["attributes", "isDestinationFlow"]).and_then(as_flag)
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &serde_json::Map<String, Value> {
        &self.raw
    }
}

impl Serialize for FlowSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}
