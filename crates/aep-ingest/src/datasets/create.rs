//! Making datasets.

use std::collections::BTreeMap;

use aep_core::{Error, ErrorKind, Result, SchemaId};

use super::{Dataset, Datasets};
use crate::wire::catalog::{self, DataSetRequest, FileDescription, SchemaRefRequest};

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
        let body = DataSetRequest {
            data_source_id: None,
            description: new.description.clone(),
            enable_error_diagnostics: new.diagnostics.then_some(true),
            file_description: Some(FileDescription {
                format: Some("parquet".to_owned()),
                ..FileDescription::default()
            }),
            name: new.name.clone(),
            observable_schema: serde_json::Map::new(),
            schema_ref: SchemaRefRequest {
                content_type: "application/vnd.adobe.xed+json;version=1".to_owned(),
                id: new.schema.to_string(),
                extra: serde_json::Map::new(),
            },
            tags: new.tags.clone().into_iter().collect(),
            extra: serde_json::Map::new(),
        };
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
