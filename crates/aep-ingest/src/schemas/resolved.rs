//! A schema, ready to check rows with.

use std::sync::{Arc, PoisonError};

use aep_core::{Result, SchemaId};

use super::{Schemas, View};
use crate::xdm;

impl Schemas {
    /// The compiled schema; fetched and compiled once, then kept.
    ///
    /// # Errors
    /// [`NotFound`](aep_core::ErrorKind::NotFound) if there is none, and what [`xdm::Schema::compile`] can't read.
    pub async fn resolved(&self, id: &SchemaId) -> Result<Arc<xdm::Schema>> {
        let kept = self
            .ingest
            .compiled()
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned();
        if let Some(schema) = kept {
            return Ok(schema);
        }
        let document = self.get(id, View::Full).await?;
        let schema =
            Arc::new(xdm::Schema::compile(&document).map_err(|error| error.with("schema", id))?);
        let mut all = self
            .ingest
            .compiled()
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(all.entry(id.clone()).or_insert(schema)))
    }
}
