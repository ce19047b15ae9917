//! One target connection.

use aep_core::Result;

use super::{TargetConnection, TargetConnections};
use crate::ids::TargetConnectionId;
use crate::verbs;
use crate::wire::Kind;

impl TargetConnections {
    /// The target connection with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none.
    pub async fn get(&self, id: &TargetConnectionId) -> Result<TargetConnection> {
        verbs::get(self.client(), Kind::Target, id.as_str()).await
    }

    /// The target connection with this id or name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) with the candidates if several have the name.
    pub async fn find(&self, id_or_name: &str) -> Result<TargetConnection> {
        verbs::find(self.client(), Kind::Target, id_or_name).await
    }
}
