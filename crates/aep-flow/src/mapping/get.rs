//! One mapping set.

use aep_core::Result;

use super::{MappingSet, MappingSetId, MappingSets, wire};

impl MappingSets {
    /// The mapping set with this id: the version that is asked for, else the one that the service gives, the newest.
    ///
    /// # Errors
    /// [`NotFound`](aep_core::ErrorKind::NotFound) if there is no such set or version.
    pub async fn get(&self, id: &MappingSetId, version: Option<u64>) -> Result<MappingSet> {
        MappingSet::read(wire::get(self.client(), id, version).await?)
    }
}
