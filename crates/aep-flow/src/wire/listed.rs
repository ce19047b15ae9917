//! Lists, and single objects in lists of one.

use aep_core::{Cursor, Result};
use aep_gen::flow_service::types::Page;
use serde_json::Value;

use super::next::next;

/// A page of a list.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) items: Vec<Value>,
    pub(crate) next: Option<Cursor>,
}

impl Listed {
    pub(super) fn read(page: Page) -> Result<Self> {
        let href = page.links.and_then(|links| links.next?.href);
        Ok(Self {
            items: page.items,
            next: next(href.as_deref())?,
        })
    }
}

/// The only object of a list; some answers are that object itself.
pub(super) fn single(page: Page) -> Option<Value> {
    let bare = page.extra.contains_key("id").then_some(page.extra);
    page.items.into_iter().next().or(bare.map(Value::Object))
}
