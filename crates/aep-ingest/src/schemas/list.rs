//! Lists of schemas.

use aep_core::{Cursor, Page, Result, SchemaId, items};
use futures::Stream;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::Schemas;
use crate::wire::registry::{self, ListSchemasOptions};
use crate::wire::{Object, text};

/// Which schemas are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaFilter {
    /// Whose schemas.
    pub container: Container,
    /// Only schemas with exactly this title.
    pub title: Option<String>,
    /// Only schemas of this class, by its `$id`.
    pub class: Option<String>,
}

/// Whose schemas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Container {
    /// The organisation's own.
    #[default]
    Tenant,
    /// Adobe's.
    Global,
}

impl Container {
    pub(super) fn wire(self) -> registry::Container {
        match self {
            Self::Tenant => registry::Container::Tenant,
            Self::Global => registry::Container::Global,
        }
    }
}

/// A schema in a list. Serialises as the object that the service gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SchemaSummary {
    /// Its `$id`.
    pub id: SchemaId,
    /// Its other id, without slashes.
    pub alt_id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its version, `major.minor`.
    pub version: Option<String>,
    raw: Object,
}

impl Serialize for SchemaSummary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl SchemaSummary {
    fn read(raw: Object) -> Result<Self> {
        Ok(Self {
            id: SchemaId::new(
                text(&raw, "$id")
                    .or_else(|| text(&raw, "meta:altId"))
                    .unwrap_or_default(),
            )?,
            alt_id: text(&raw, "meta:altId"),
            title: text(&raw, "title"),
            version: text(&raw, "version"),
            raw,
        })
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &serde_json::Map<String, Value> {
        &self.raw
    }
}

/// Entries asked for at once; the service gives up to 300, whatever is asked.
const PAGE: i64 = 300;

impl Schemas {
    /// The schemas that the filter lets through, by title. A page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream yields the error of the page that failed, and ends.
    pub fn list(
        &self,
        filter: SchemaFilter,
    ) -> impl Stream<Item = Result<SchemaSummary>> + Send + use<> {
        let client = self.client().clone();
        items(move |cursor| {
            let (client, filter) = (client.clone(), filter.clone());
            async move {
                let start = if let Some(Cursor::Token(start)) = &cursor {
                    Some(start.as_str())
                } else {
                    None
                };
                let class = filter
                    .class
                    .as_ref()
                    .map(|class| format!("meta:class=={class}"));
                let property =
                    class.or_else(|| filter.title.as_ref().map(|title| format!("title=={title}")));
                let options = ListSchemasOptions {
                    limit: Some(PAGE),
                    orderby: Some("title"),
                    property: property.as_deref(),
                    start,
                };
                let mut page =
                    read_page(registry::list(&client, filter.container.wire(), options).await?)?;
                // there is room for one condition only, and a registry may ignore it
                page.items
                    .retain(|schema| filter.title.is_none() || schema.title == filter.title);
                Ok(page)
            }
        })
    }
}

/// `_page.next` is the title from which the next page goes on, not a number.
fn read_page(mut answer: Object) -> Result<Page<SchemaSummary>> {
    let next = answer
        .get("_page")
        .and_then(|page| page["next"].as_str())
        .filter(|next| !next.is_empty());
    let next = next.map(|next| Cursor::Token(next.to_owned()));
    let Some(Value::Array(results)) = answer.remove("results") else {
        return Ok(Page::last(Vec::new()));
    };
    let items: Result<Vec<SchemaSummary>> = results
        .into_iter()
        .filter_map(|entry| {
            if let Value::Object(raw) = entry {
                Some(SchemaSummary::read(raw))
            } else {
                None
            }
        })
        .collect();
    let items = items?;
    let next = next.filter(|_| !items.is_empty());
    Ok(Page { items, next })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn the_next_page_begins_at_a_title() {
        let Value::Object(answer) = json!({"results": [{"$id": "https://ns.adobe.com/a/schemas/1", "title": "A"}],
            "_page": {"orderby": "title", "next": "B = 2", "count": 1}})
        else {
            panic!("an object")
        };
        let page = read_page(answer).unwrap();
        assert_eq!(page.next, Some(Cursor::Token("B = 2".into())));
        assert_eq!(page.items[0].title.as_deref(), Some("A"));
    }
}
