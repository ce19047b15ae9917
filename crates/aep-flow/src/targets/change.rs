//! Changing and deleting target connections.

use aep_core::Result;

use super::TargetConnections;
use crate::ids::TargetConnectionId;
use crate::model::Created;
use crate::patch::PatchOp;
use crate::verbs;
use crate::wire::Kind;

impl TargetConnections {
    /// Changes a target connection. `etag` is the one of the version that the change was made for, as it was read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if somebody changed it since, or if its state does not
    /// allow it; [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) without an operation or an etag.
    pub async fn update(
        &self,
        id: &TargetConnectionId,
        etag: &str,
        operations: Vec<PatchOp>,
    ) -> Result<Created<TargetConnectionId>> {
        verbs::update(
            &self.service,
            Kind::Target,
            id.as_str(),
            etag,
            operations,
            TargetConnectionId::new,
        )
        .await
    }

    /// Deletes a target connection.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if its state or something that uses it does not allow it.
    pub async fn delete(&self, id: &TargetConnectionId) -> Result<()> {
        verbs::delete(&self.service, Kind::Target, id.as_str()).await
    }
}
