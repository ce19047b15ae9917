//! One dataset.

use aep_core::{DatasetId, Error, ErrorKind, Result};

use super::{Dataset, Datasets};
use crate::wire::catalog;

impl Datasets {
    /// The dataset with this id.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none.
    pub async fn get(&self, id: &DatasetId) -> Result<Dataset> {
        self.look(id).await?.ok_or_else(|| missing(id.as_str()))
    }

    pub(super) async fn look(&self, id: &DatasetId) -> Result<Option<Dataset>> {
        let found = catalog::dataset(self.client(), id)
            .await
            .map_err(|error| error.with("dataset", id))?;
        found
            .map(|value| Dataset::read(id.as_str(), value))
            .transpose()
    }
}

pub(super) fn missing(name: &str) -> Error {
    Error::new(ErrorKind::NotFound, "find the dataset")
        .with("dataset", name)
        .hint("`aep dataset list` shows the datasets of the sandbox")
}
