//! The first rows of a dataset.

use aep_core::{DatasetId, Result};
use serde_json::Value;

use super::Datasets;
use crate::wire::access;

impl Datasets {
    /// Up to a hundred rows of the dataset.
    ///
    /// # Errors
    /// [`NotFound`](aep_core::ErrorKind::NotFound) if there is no such dataset.
    pub async fn preview(&self, id: &DatasetId) -> Result<Vec<Value>> {
        let rows = access::preview(self.client(), id).await?;
        Ok(rows.into_iter().map(Value::Object).collect())
    }
}
