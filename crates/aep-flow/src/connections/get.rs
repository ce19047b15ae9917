//! One connection.

use aep_core::Result;

use super::{Connection, Connections};
use crate::ids::ConnectionId;
use crate::verbs;
use crate::wire::Kind;

impl Connections {
    /// The connection with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none.
    pub async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        verbs::get(self.client(), Kind::Connection, id.as_str()).await
    }

    /// The connection with this id or name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) with the candidates if several have the name.
    pub async fn find(&self, id_or_name: &str) -> Result<Connection> {
        verbs::find(self.client(), Kind::Connection, id_or_name).await
    }
}
