//! Making datasets.

use std::collections::BTreeMap;

use aep_core::{Error, ErrorKind, Result, SchemaId};
use serde_json::json;

use super::{Dataset, Datasets};
use crate::wire::catalog;

/// A dataset to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDataset {
    /// Its name.
    pub name: String,
    /// The schema that its rows have.
    pub schema: SchemaId,
    /// What it is for.
    pub description: Option<String>,
    /// Tags, each with its values.
    pub tags: BTreeMap<String, Vec<String>>,
    /// Whether its batches keep rows that fail, whatever the batches say.
    pub diagnostics: bool,
}

impl NewDataset {
    /// A dataset of this name whose rows have this schema.
    pub fn new(name: impl Into<String>, schema: SchemaId) -> Self {
        Self {
            name: name.into(),
            schema,
            description: None,
            tags: BTreeMap::new(),
            diagnostics: false,
        }
    }
}

impl Datasets {
    /// Makes a dataset, of Parquet files as the platform wants it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] without a name; what Catalog refuses. The call is not repeated after an unclear answer: the
    /// error says how to look.
    pub async fn create(&self, new: NewDataset) -> Result<Dataset> {
        if new.name.trim().is_empty() {
            return Err(Error::new(ErrorKind::Usage, "create a dataset").because("it has no name"));
        }
        self.ingest.guard().await?;
        let mut body = json!({
            "name": new.name,
            "schemaRef": {"id": new.schema, "contentType": "application/vnd.adobe.xed+json;version=1"},
            "fileDescription": {"format": "parquet"},
        });
        if let Some(description) = &new.description {
            body["description"] = json!(description);
        }
        if !new.tags.is_empty() {
            body["tags"] = json!(new.tags);
        }
        if new.diagnostics {
            body["enableErrorDiagnostics"] = json!(true);
        }
        let id = catalog::create_dataset(self.client(), &body).await.map_err(|error| {
            let error = error.with("dataset", &new.name);
            if error.outcome_is_unknown() {
                error.hint("it may have been made all the same: look with `aep dataset list` before trying again")
            } else {
                error
            }
        })?;
        self.get(&id).await
    }
}
