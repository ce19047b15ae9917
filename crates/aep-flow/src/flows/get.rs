//! One flow.

use aep_core::{FlowId, Result};

use super::{Flow, Flows};

use crate::verbs;
use crate::wire::Kind;

impl Flows {
    /// The flow with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none.
    pub async fn get(&self, id: &FlowId) -> Result<Flow> {
        verbs::get(self.client(), Kind::Flow, id.as_str()).await
    }

    /// The flow with this id or name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) with the candidates if several have the name.
    pub async fn find(&self, id_or_name: &str) -> Result<Flow> {
        verbs::find(self.client(), Kind::Flow, id_or_name).await
    }
}
