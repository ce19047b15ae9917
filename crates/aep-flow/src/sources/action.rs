//! States of source connections.

use aep_core::Result;

use super::SourceConnections;
use crate::ids::SourceConnectionId;
use crate::model::Created;
use crate::verbs;
use crate::wire::Kind;

impl SourceConnections {
    /// Ends a draft.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if it is none.
    pub async fn publish(&self, id: &SourceConnectionId) -> Result<Created<SourceConnectionId>> {
        verbs::action(
            &self.service,
            Kind::Source,
            id.as_str(),
            "publish",
            SourceConnectionId::new,
        )
        .await
    }
}
