//! What a document names, in the sandbox where it is made.

use std::collections::BTreeMap;

use aep_core::{Error, ErrorKind, Result, SchemaId};
use serde_json::Value;

use super::model::{DatasetEntry, DatasetRole, PipelineDocument};
use crate::FlowService;
use crate::platform::{self, DatasetInfo};

/// Ids of the document, and what stands in their place here.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    ids: BTreeMap<String, String>,
    /// The schema that rows come out in.
    pub(super) schema: Option<SchemaId>,
    /// Datasets that are not here.
    pub(super) missing: Vec<String>,
}

impl Resolved {
    pub(super) async fn of(document: &PipelineDocument, service: &FlowService) -> Result<Self> {
        let mut resolved = Self::default();
        for entry in &document.datasets {
            let Some(found) = dataset(entry, service).await? else {
                resolved.missing.push(entry.name.clone());
                continue;
            };
            resolved.ids.insert(entry.id.clone(), found.id.to_string());
            if let (Some(old), Some(new)) = (&entry.schema, &found.schema) {
                resolved.ids.insert(old.id.clone(), new.to_string());
            }
            if entry.role == DatasetRole::Target {
                resolved.schema = resolved.schema.or(found.schema);
            }
        }
        Ok(resolved)
    }

    /// The value with the ids that hold here. Only whole texts are ids.
    pub(super) fn put_in(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(id) = self.ids.get(text.as_str()) {
                    text.clone_from(id);
                }
            }
            Value::Array(entries) => entries.iter_mut().for_each(|entry| self.put_in(entry)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.put_in(field)),
            _ => {}
        }
    }
}

/// The dataset of this name; of several, the one with the document's id.
async fn dataset(entry: &DatasetEntry, service: &FlowService) -> Result<Option<DatasetInfo>> {
    let mut found = platform::datasets_named(service.client(), &entry.name).await?;
    if found.len() < 2 {
        return Ok(found.pop());
    }
    let ids: Vec<String> = found.iter().map(|one| one.id.to_string()).collect();
    let same = found.into_iter().find(|one| one.id.as_str() == entry.id);
    match same {
        Some(same) => Ok(Some(same)),
        None => Err(Error::new(
            ErrorKind::Usage,
            "tell the dataset from others of the same name",
        )
        .with("dataset", &entry.name)
        .because(format!("{} datasets have this name", ids.len()))
        .hint(format!(
            "put one of these ids into the document: {}",
            ids.join(", ")
        ))),
    }
}
