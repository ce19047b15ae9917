//! The source connection as Flow Service describes it.

use aep_core::{DatasetId, Result};
use serde_json::Value;

use crate::ids::{ConnectionId, ConnectionSpecId, SourceConnectionId};
use crate::json::{Object, as_text, at, inner, text};
use crate::model::{
    Common, DataFormat, SchemaRef, SpecRef, dataset_ids, id, schema_of, spec, stored,
};

/// A source connection: what is read from a system. The fields of [`Common`] can be read from it as its own. Serialises as the
/// object that the service gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SourceConnection {
    /// Its id.
    pub id: SourceConnectionId,
    /// Name, state, etag and the like.
    pub common: Common,
    /// The specification of the system.
    pub connection_spec: Option<SpecRef<ConnectionSpecId>>,
    /// The connection whose account it uses; none for the landing zone and the data lake.
    pub connection: Option<ConnectionId>,
    /// The format of the data, as far as it is said.
    pub data: DataFormat,
    raw: Object,
}

impl SourceConnection {
    fn from_object(raw: Object) -> Result<Self> {
        let inherited =
            || at(&raw, &["inheritedAttributes", "baseConnection", "id"]).and_then(as_text);
        let connection = text(&raw, "baseConnectionId").or_else(inherited);
        Ok(Self {
            id: id(&raw, "a source connection", SourceConnectionId::new)?,
            common: Common::read(&raw),
            connection_spec: spec(&raw, "connectionSpec", ConnectionSpecId::new),
            connection: connection.and_then(|id| ConnectionId::new(id).ok()),
            data: DataFormat::read(&raw),
            raw,
        })
    }

    /// The parameters: path, bucket, table, datasets, as the specification names them.
    pub fn params(&self) -> Option<&serde_json::Map<String, Value>> {
        inner(&self.raw, "params")
    }

    /// The schema of the data, if it is said.
    pub fn schema(&self) -> Option<SchemaRef> {
        schema_of(&self.raw)
    }

    /// The datasets, under any of the names that the parameters have had.
    pub fn datasets(&self) -> Vec<DatasetId> {
        dataset_ids(&self.raw)
    }

    /// The path in the storage, if there is one.
    pub fn path(&self) -> Option<String> {
        let params = self.params()?;
        text(params, "path").or_else(|| text(params, "remotePath"))
    }
}

stored!(SourceConnection);
