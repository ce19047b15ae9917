//! One source connection.

use aep_core::Result;

use super::{SourceConnection, SourceConnections};
use crate::ids::SourceConnectionId;
use crate::verbs;
use crate::wire::Kind;

impl SourceConnections {
    /// The source connection with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none.
    pub async fn get(&self, id: &SourceConnectionId) -> Result<SourceConnection> {
        verbs::get(self.client(), Kind::Source, id.as_str()).await
    }

    /// The source connection with this id or name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) with the candidates if several have the name.
    pub async fn find(&self, id_or_name: &str) -> Result<SourceConnection> {
        verbs::find(self.client(), Kind::Source, id_or_name).await
    }
}
