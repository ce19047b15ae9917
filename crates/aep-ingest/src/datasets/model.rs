//! The dataset as Catalog describes it.

use aep_core::{DatasetId, Error, ErrorKind, Result, SchemaId};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::wire::{Object, number, text};

/// A dataset. Serialises as the object that Catalog gave, with its field names and its `id`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Dataset {
    /// Its id.
    pub id: DatasetId,
    /// Its name; nothing makes it unique.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The schema that its rows have.
    pub schema: Option<SchemaId>,
    /// Id of the view that lists its files.
    pub view: Option<String>,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<u64>,
    /// When it changed last, in milliseconds since 1970.
    pub updated: Option<u64>,
    /// The format that its files are declared to have; anything but `parquet` makes batches fail.
    pub file_format: Option<String>,
    raw: Object,
}

impl Dataset {
    pub(super) fn read(id: &str, value: Value) -> Result<Self> {
        let Value::Object(mut raw) = value else {
            let error = Error::new(ErrorKind::Protocol, "understand a dataset").with("dataset", id);
            return Err(error.because("it is not an object"));
        };
        if !raw.contains_key("id") {
            raw.shift_insert(0, "id".to_owned(), Value::from(id));
        }
        let schema = raw
            .get("schemaRef")
            .and_then(|schema| schema["id"].as_str())
            .map(str::to_owned);
        let format = raw
            .get("fileDescription")
            .and_then(|file| file["format"].as_str());
        Ok(Self {
            id: DatasetId::new(id)?,
            name: text(&raw, "name").unwrap_or_default(),
            description: text(&raw, "description"),
            schema: schema.and_then(|id| SchemaId::new(id).ok()),
            view: text(&raw, "viewId"),
            created: number(&raw, "created"),
            updated: number(&raw, "updated"),
            file_format: format
                .filter(|format| !format.is_empty())
                .map(str::to_owned),
            raw,
        })
    }

    /// A dataset of which only this is known.
    pub(crate) fn named(id: DatasetId, name: String) -> Self {
        Self {
            id,
            name,
            description: None,
            schema: None,
            view: None,
            created: None,
            updated: None,
            file_format: None,
            raw: Object::new(),
        }
    }

    /// Whether its rows go to the Real-Time Customer Profile, too.
    pub fn feeds_profiles(&self) -> bool {
        let tags = self.raw.get("tags").map(|tags| &tags["unifiedProfile"]);
        let on = |tag: &Value| {
            let text: String = tag.as_str().unwrap_or_default().split(' ').collect();
            text == "enabled:true"
        };
        tags.and_then(Value::as_array)
            .is_some_and(|tags| tags.iter().any(on))
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &serde_json::Map<String, Value> {
        &self.raw
    }
}

impl Serialize for Dataset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}
