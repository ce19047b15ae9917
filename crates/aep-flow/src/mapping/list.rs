//! Lists of mapping sets.

use aep_core::{Cursor, Error, ErrorKind, Page, Result, items};
use futures::Stream;
use serde_json::Value;

use super::{MappingSet, MappingSets, wire};

/// Entries asked for at once if nothing is said; the service's own default is 10.
const PAGE: u64 = 100;

/// Which mapping sets are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MappingFilter {
    /// Only sets of this name.
    pub name: Option<String>,
    /// In which order; the service's own if none.
    pub order: Option<MappingOrder>,
    /// Entries asked for at once; 100 if it is 0.
    pub page_size: u64,
}

/// In which order mapping sets are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappingOrder {
    /// The newest first.
    Newest,
    /// The oldest first.
    Oldest,
    /// The one that changed last first.
    LastChanged,
}

impl MappingOrder {
    fn wire(self) -> &'static str {
        match self {
            Self::Newest => "-createdDate",
            Self::Oldest => "+createdDate",
            Self::LastChanged => "-updatedDate",
        }
    }
}

impl MappingSets {
    /// The mapping sets that the filter lets through. A page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream yields the error of the page that failed, and ends.
    pub fn list(
        &self,
        filter: MappingFilter,
    ) -> impl Stream<Item = Result<MappingSet>> + Send + use<> {
        let client = self.client().clone();
        let limit = if filter.page_size == 0 {
            PAGE
        } else {
            filter.page_size
        };
        items(move |cursor| {
            let (client, filter) = (client.clone(), filter.clone());
            async move {
                let start = if let Some(Cursor::Offset(start)) = cursor {
                    start
                } else {
                    0
                };
                let order = filter.order.map(MappingOrder::wire);
                let name = filter.name.as_deref();
                let answer = wire::list(&client, limit, start, name, order).await?;
                let entries = read(answer)?;
                let next = Page::by_offset(vec![(); entries.len()], start, limit).next;
                let sets: Result<Vec<MappingSet>> =
                    entries.into_iter().map(MappingSet::read).collect();
                Ok(Page { items: sets?, next })
            }
        })
    }
}

/// The reference's example shows an object in `data` where the schema says a list.
fn read(mut answer: Value) -> Result<Vec<Value>> {
    let data = if answer.is_array() {
        answer
    } else {
        answer.get_mut("data").map_or(Value::Null, Value::take)
    };
    match data {
        Value::Array(entries) => Ok(entries),
        Value::Null => Ok(Vec::new()),
        Value::Object(one) => Ok(vec![Value::Object(one)]),
        _ => Err(
            Error::new(ErrorKind::Protocol, "understand a list of mapping sets")
                .because("its data is no list"),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn the_forms_of_a_page_are_read() {
        assert_eq!(read(json!({"data": [{"id": "a"}]})).unwrap().len(), 1);
        assert_eq!(read(json!({"data": {"id": "a"}})).unwrap().len(), 1);
        assert!(read(json!({"_page": {"count": 0}})).unwrap().is_empty());
        assert!(read(json!({"data": "x"})).is_err());
    }
}
