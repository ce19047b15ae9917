//! Changing and deleting flows.

use aep_core::{FlowId, Result};

use super::Flows;

use crate::model::Created;
use crate::patch::PatchOp;
use crate::verbs;
use crate::wire::Kind;

impl Flows {
    /// Changes a flow. `etag` is the one of the version that the change was made for, as it was read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if somebody changed it since, or if its state does not
    /// allow it; [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) without an operation or an etag.
    pub async fn update(
        &self,
        id: &FlowId,
        etag: &str,
        operations: Vec<PatchOp>,
    ) -> Result<Created<FlowId>> {
        verbs::update(
            &self.service,
            Kind::Flow,
            id.as_str(),
            etag,
            operations,
            FlowId::new,
        )
        .await
    }

    /// Deletes a flow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Conflict`](aep_core::ErrorKind::Conflict) if its state or something that uses it does not allow it.
    pub async fn delete(&self, id: &FlowId) -> Result<()> {
        verbs::delete(&self.service, Kind::Flow, id.as_str()).await
    }
}
