//! States of target connections.

use aep_core::Result;

use super::TargetConnections;
use crate::ids::TargetConnectionId;
use crate::model::Created;
use crate::verbs;
use crate::wire::Kind;

impl TargetConnections {
    /// Ends a draft.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if it is none.
    pub async fn publish(&self, id: &TargetConnectionId) -> Result<Created<TargetConnectionId>> {
        verbs::action(
            &self.service,
            Kind::Target,
            id.as_str(),
            "publish",
            TargetConnectionId::new,
        )
        .await
    }
}
