//! Looking into a system that needs no connection.

use aep_core::Result;

use super::ConnectionSpecs;
use crate::explore::{Exploration, Explore};
use crate::ids::ConnectionSpecId;
use crate::wire;

impl ConnectionSpecs {
    /// What there is in a system that is reached without a connection: the landing zone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) for a file whose properties are said and to be detected, or neither;
    /// what the service refuses, code 1372 for other systems.
    pub async fn explore(&self, id: &ConnectionSpecId, explore: Explore) -> Result<Exploration> {
        let question = explore.question()?;
        let answer = wire::explore_spec(self.client(), id.as_str(), &question).await;
        answer
            .map(Exploration::read)
            .map_err(|error| error.with("id", id))
    }
}
