//! Sandboxes, and whether this one may be written to.

mod guard;

use aep_core::{Cursor, Error, ErrorKind, Page, Result, SandboxName, items};
use futures::{Stream, TryStreamExt};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::Ingest;
use crate::wire::{Object, sandbox, text};

/// Entries asked for at once.
const PAGE: u64 = 100;

/// Everything that an ingestion client asks about sandboxes.
#[derive(Debug, Clone)]
pub struct Sandboxes {
    ingest: Ingest,
}

/// A sandbox. Serialises as the object that the service gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Sandbox {
    /// Its name, which goes into every request.
    pub name: SandboxName,
    /// Its title, for people.
    pub title: Option<String>,
    /// What it is for.
    pub kind: SandboxKind,
    /// `active`, `creating`, `failed`, `deleted`, `deleting` or `resetting`.
    pub state: Option<String>,
    /// Whether it is the organisation's default.
    pub is_default: bool,
    raw: Object,
}

/// What a sandbox is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SandboxKind {
    /// For trying out.
    Development,
    /// The real thing.
    Production,
    /// Not said, or a word that is not known; treated as production.
    Unknown(String),
}

impl Serialize for Sandbox {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl Sandbox {
    fn read(raw: Object) -> Result<Self> {
        let name = text(&raw, "name").unwrap_or_default();
        let kind = text(&raw, "type").unwrap_or_default();
        Ok(Self {
            name: SandboxName::new(name)?,
            title: text(&raw, "title"),
            kind: match kind.to_ascii_lowercase().as_str() {
                "development" => SandboxKind::Development,
                "production" => SandboxKind::Production,
                _ => SandboxKind::Unknown(kind),
            },
            state: text(&raw, "state"),
            is_default: raw
                .get("isDefault")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            raw,
        })
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &serde_json::Map<String, Value> {
        &self.raw
    }
}

impl Sandboxes {
    pub(crate) fn new(ingest: Ingest) -> Self {
        Self { ingest }
    }

    /// The sandboxes that the caller may use. Pages are counted by offset: the service's link to the next page is a
    /// template, not an address.
    ///
    /// # Errors
    /// The stream yields the error of the page that failed, and ends.
    pub fn list(&self) -> impl Stream<Item = Result<Sandbox>> + Send + use<> {
        let client = self.ingest.client().clone();
        items(move |cursor| {
            let client = client.clone();
            async move {
                let offset = if let Some(Cursor::Offset(offset)) = cursor {
                    offset
                } else {
                    0
                };
                let mut answer = sandbox::list(&client, PAGE, offset).await?;
                let Some(Value::Array(list)) = answer.remove("sandboxes") else {
                    return Ok(Page::last(Vec::new()));
                };
                let all: Result<Vec<Sandbox>> = list
                    .into_iter()
                    .filter_map(|entry| {
                        if let Value::Object(raw) = entry {
                            Some(Sandbox::read(raw))
                        } else {
                            None
                        }
                    })
                    .collect();
                let linked = answer
                    .get("_links")
                    .is_some_and(|links| links["next"]["href"].is_string());
                let page = Page::by_offset(all?, offset, PAGE);
                // a server with pages shorter than ours says so by its link
                let count = page.items.len() as u64;
                let next = if linked && count > 0 {
                    Some(Cursor::Offset(offset + count))
                } else {
                    page.next
                };
                Ok(Page {
                    items: page.items,
                    next,
                })
            }
        })
    }

    /// The sandbox with this name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with the names that there are.
    pub async fn get(&self, name: &SandboxName) -> Result<Sandbox> {
        let mut names = Vec::new();
        let mut list = std::pin::pin!(self.list());
        while let Some(sandbox) = list.try_next().await? {
            if sandbox.name == *name {
                return Ok(sandbox);
            }
            names.push(sandbox.name.to_string());
        }
        Err(Error::new(ErrorKind::NotFound, "find the sandbox")
            .with("sandbox", name)
            .hint(format!(
                "you may use {}",
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                }
            )))
    }
}
