//! One batch.

use aep_core::{BatchId, Error, ErrorKind, Result};

use super::{Batch, Batches};
use crate::wire::catalog;

impl Batches {
    /// The batch with this id, from Catalog.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none.
    pub async fn get(&self, id: &BatchId) -> Result<Batch> {
        self.look(id).await?.ok_or_else(|| missing(id))
    }

    /// The same, none if there is no such batch.
    pub(crate) async fn look(&self, id: &BatchId) -> Result<Option<Batch>> {
        let found = catalog::batch(self.client(), id)
            .await
            .map_err(|error| error.with("batch", id))?;
        found
            .map(|value| Batch::read(Some(id.as_str()), value))
            .transpose()
    }
}

pub(super) fn missing(id: &BatchId) -> Error {
    Error::new(ErrorKind::NotFound, "find the batch")
        .with("batch", id)
        .hint("`aep batch list` shows the batches of the sandbox")
}
