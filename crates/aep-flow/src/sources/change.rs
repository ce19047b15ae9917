//! Changing and deleting source connections.

use aep_core::Result;

use super::SourceConnections;
use crate::ids::SourceConnectionId;
use crate::model::Created;
use crate::patch::PatchOp;
use crate::verbs;
use crate::wire::Kind;

impl SourceConnections {
    /// Changes a source connection. `etag` is the one of the version that the change was made for, as it was read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if somebody changed it since, or if its state does not
    /// allow it; [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) without an operation or an etag.
    pub async fn update(
        &self,
        id: &SourceConnectionId,
        etag: &str,
        operations: Vec<PatchOp>,
    ) -> Result<Created<SourceConnectionId>> {
        verbs::update(
            &self.service,
            Kind::Source,
            id.as_str(),
            etag,
            operations,
            SourceConnectionId::new,
        )
        .await
    }

    /// Deletes a source connection.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if its state or something that uses it does not allow it.
    pub async fn delete(&self, id: &SourceConnectionId) -> Result<()> {
        verbs::delete(&self.service, Kind::Source, id.as_str()).await
    }
}
