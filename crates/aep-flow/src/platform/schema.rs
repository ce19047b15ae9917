//! Schemas, as far as flows are concerned.

use aep_core::{Client, Error, ErrorKind, Result, SchemaId};
use aep_gen::finish;
use aep_gen::schema_registry::types::Container;
use aep_gen::schema_registry::{self, ListSchemasOptions};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// As it was written, not resolved: only the title and the ids are wanted.
const RAW: &str = "application/vnd.adobe.xed+json; version=1";
const LIST: &str = "application/vnd.adobe.xed-id+json";

/// The schema of a dataset. Serialises as the object that the registry gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SchemaInfo {
    /// Its `$id`.
    pub id: SchemaId,
    /// Its title.
    pub title: Option<String>,
    /// Its version, `major.minor`.
    pub version: Option<String>,
    /// Whether it is Adobe's and not the organisation's own.
    pub global: bool,
    raw: Map<String, Value>,
}

impl SchemaInfo {
    fn read(value: Value, global: bool) -> Result<Self> {
        let Value::Object(raw) = value else {
            return Err(Error::new(ErrorKind::Protocol, "understand a schema")
                .because("it is not an object"));
        };
        let text = |key: &str| raw.get(key).and_then(Value::as_str).map(str::to_owned);
        let id = text("$id")
            .or_else(|| text("meta:altId"))
            .unwrap_or_default();
        Ok(Self {
            id: SchemaId::new(id)?,
            title: text("title"),
            version: text("version"),
            global,
            raw,
        })
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &Map<String, Value> {
        &self.raw
    }
}

impl Serialize for SchemaInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// The schema with this `$id` or alternative id: the organisation's own, else Adobe's; none if there is no such one.
pub(crate) async fn look(client: &Client, id: &SchemaId) -> Result<Option<SchemaInfo>> {
    for (container, global) in [(Container::Tenant, false), (Container::Global, true)] {
        let registry = schema_registry::client(client);
        let answer = Box::pin(registry.retrieve_schema(container, id.as_str(), RAW)).await;
        match finish(answer) {
            Ok(value) => return SchemaInfo::read(value, global).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.rephrase("read the schema").with("schema", id)),
        }
    }
    Ok(None)
}

/// The organisation's schema with this id or title.
pub(crate) async fn find(client: &Client, id_or_title: &str) -> Result<SchemaId> {
    let missing = || {
        Error::new(ErrorKind::NotFound, "find the schema")
            .with("schema", id_or_title)
            .hint("`aep schema list` shows the schemas of the sandbox")
    };
    if is_id(id_or_title) {
        let id = SchemaId::new(id_or_title)?;
        return match look(client, &id).await? {
            Some(schema) => Ok(schema.id),
            None => Err(missing()),
        };
    }
    let mut found = titled(client, id_or_title).await?;
    match found.len() {
        0 => Err(missing()),
        1 => Ok(found.remove(0)),
        _ => {
            let ids: Vec<&str> = found.iter().map(SchemaId::as_str).collect();
            Err(Error::new(
                ErrorKind::Usage,
                "tell the schema from others of the same title",
            )
            .with("schema", id_or_title)
            .hint(format!("give one of these ids: {}", ids.join(", "))))
        }
    }
}

async fn titled(client: &Client, title: &str) -> Result<Vec<SchemaId>> {
    let property = format!("title=={title}");
    let mut found = Vec::new();
    let mut start: Option<String> = None;
    loop {
        let options = ListSchemasOptions {
            limit: Some(300),
            orderby: Some("title"),
            property: Some(&property),
            start: start.as_deref(),
        };
        let registry = schema_registry::client(client);
        let answer = Box::pin(registry.list_schemas(Container::Tenant, LIST, options)).await;
        let page = finish(answer).map_err(|error| error.rephrase("list schemas"))?;
        let page = serde_json::to_value(&page).unwrap_or_default();
        let entries = page["results"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for entry in entries {
            // a registry may ignore the condition
            if entry["title"] == title
                && let Some(id) = entry["$id"].as_str()
            {
                found.push(SchemaId::new(id)?);
            }
        }
        let next = page["_page"]["next"]
            .as_str()
            .filter(|next| !next.is_empty());
        match next.map(str::to_owned) {
            Some(next) if !entries.is_empty() && start.as_ref() != Some(&next) => {
                start = Some(next);
            }
            _ => return Ok(found),
        }
    }
}

/// `POST /tenant/schemas`; answers the `$id`.
pub(crate) async fn create(client: &Client, document: &Value) -> Result<SchemaId> {
    let answer = Box::pin(schema_registry::client(client).create_schema(document)).await;
    let made = finish(answer).map_err(|error| error.rephrase("create the schema"))?;
    Ok(SchemaInfo::read(made, false)?.id)
}

/// `DELETE /tenant/schemas/{id}`
pub(crate) async fn delete(client: &Client, id: &SchemaId) -> Result<()> {
    let answer = Box::pin(schema_registry::client(client).delete_schema(id.as_str())).await;
    finish(answer)
        .map(drop)
        .map_err(|error| error.rephrase("delete the schema").with("schema", id))
}

/// `https://ns.adobe.com/…` or `_tenant.schemas.…`
pub(crate) fn is_id(text: &str) -> bool {
    text.starts_with("https://")
        || text.starts_with("http://")
        || (text.starts_with('_') && text.contains(".schemas."))
}
