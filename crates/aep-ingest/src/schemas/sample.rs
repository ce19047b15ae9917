//! Sample data.

use aep_core::{Result, SchemaId};
use serde_json::Value;

use super::Schemas;
use crate::wire::registry;

impl Schemas {
    /// One made-up object that fits the schema.
    ///
    /// # Errors
    /// [`NotFound`](aep_core::ErrorKind::NotFound) if there is no such schema.
    pub async fn sample(&self, id: &SchemaId) -> Result<Value> {
        registry::sample(self.client(), id).await
    }
}
