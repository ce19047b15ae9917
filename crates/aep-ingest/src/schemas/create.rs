//! Making schemas.

use aep_core::{Error, ErrorKind, Result};
use serde_json::Value;

use super::Schemas;
use crate::wire::registry;

impl Schemas {
    /// Makes a schema from its document, and answers it with its id.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if it is no object with a title and `allOf`; what the registry refuses, for example a title
    /// that is taken.
    pub async fn create(&self, document: Value) -> Result<Value> {
        let missing = ["title", "allOf"]
            .into_iter()
            .find(|key| document.get(key).is_none());
        if let Some(key) = missing {
            return Err(Error::new(ErrorKind::Usage, "create the schema")
                .with("missing", key)
                .hint("a schema has a title and an `allOf` with one class and any field groups"));
        }
        self.ingest.guard().await?;
        registry::create(self.client(), &document).await
    }
}
