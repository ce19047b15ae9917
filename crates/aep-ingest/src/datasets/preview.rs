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
        let answer = access::preview(self.client(), id)
            .await
            .map_err(|error| error.with("dataset", id))?;
        Ok(match answer {
            Value::Array(rows) => rows,
            Value::Object(mut object) => match object.remove("data") {
                Some(Value::Array(rows)) => rows,
                _ => Vec::new(),
            },
            _ => Vec::new(),
        })
    }
}
