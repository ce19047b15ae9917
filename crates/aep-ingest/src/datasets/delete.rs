//! Deleting datasets.

use aep_core::{DatasetId, ErrorKind, Result};

use super::Datasets;
use crate::wire::catalog;

impl Datasets {
    /// Deletes the dataset with all of its data. This can't be undone.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none; what Catalog refuses, for example a dataset of the system.
    pub async fn delete(&self, id: &DatasetId) -> Result<()> {
        self.ingest.guard().await?;
        self.get(id).await?;
        match catalog::delete_dataset(self.client(), id).await {
            // it was there a moment ago, so a lost answer was repeated
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            answer => answer,
        }
    }
}
