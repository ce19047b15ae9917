//! Changing and deleting connections.

use aep_core::Result;

use super::Connections;
use crate::ids::ConnectionId;
use crate::model::Created;
use crate::patch::PatchOp;
use crate::verbs;
use crate::wire::Kind;

impl Connections {
    /// Changes a connection. `etag` is the one of the version that the change was made for, as it was read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if somebody changed it since, or if its state does not
    /// allow it; [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) without an operation or an etag.
    pub async fn update(
        &self,
        id: &ConnectionId,
        etag: &str,
        operations: Vec<PatchOp>,
    ) -> Result<Created<ConnectionId>> {
        verbs::update(
            &self.service,
            Kind::Connection,
            id.as_str(),
            etag,
            operations,
            ConnectionId::new,
        )
        .await
    }

    /// Deletes a connection.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if its state or something that uses it does not allow it.
    pub async fn delete(&self, id: &ConnectionId) -> Result<()> {
        verbs::delete(&self.service, Kind::Connection, id.as_str()).await
    }
}
