//! Lists: `{"results", "_page", "_links"}`, paged by the value of the sort property.

use std::cmp::Ordering;

use axum::extract::{RawQuery, State};
use http::HeaderMap;
use serde_json::{Value, json};

use super::Noun;
use super::accept::Accept;
use crate::gateway::Caller;
use crate::problem::{Problem, registry};
use crate::routes::property::{Property, compare, text};
use crate::routes::{AppState, Json};
use crate::state::GLOBAL;

/// Entries of a page, whatever `limit` says.
const MOST: usize = 300;

pub(super) async fn list(
    noun: Noun,
    tenant: bool,
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    let accept = Accept::for_list(&headers)?;
    let paging = Paging::parse(query.as_deref().unwrap_or_default())?;
    let place = if tenant {
        caller.sandbox.clone()
    } else {
        GLOBAL.to_owned()
    };
    let found = state
        .store
        .read(move |tx| tx.list(noun.kind, &place, None).map_err(Problem::from))
        .await?;
    let container = if tenant { "tenant" } else { "global" };
    let base = format!("{}/data/foundation/schemaregistry", state.config.url);
    let mut answer = paging.answer(
        found,
        &format!("{base}/{container}/{}", noun.folder),
        |document| {
            if accept.id {
                summary(&document)
            } else {
                document
            }
        },
    );
    answer["_links"][format!("global_{}", noun.folder)] =
        json!({"href": format!("{base}/global/{}", noun.folder)});
    Ok(Json(answer))
}

fn summary(document: &Value) -> Value {
    json!({
        "$id": document["$id"],
        "meta:altId": document["meta:altId"],
        "version": document["version"],
        "title": document["title"],
    })
}

/// `orderby`, `start`, `limit` and `property`.
#[derive(Debug)]
pub(super) struct Paging {
    field: String,
    descending: bool,
    start: Option<String>,
    limit: usize,
    filters: Vec<Property>,
    /// The filters as they were sent, for the link to the next page.
    asked: Vec<String>,
}

impl Paging {
    pub(super) fn parse(query: &str) -> Result<Self, Problem> {
        let mut paging = Self {
            field: "title".into(),
            descending: false,
            start: None,
            limit: MOST,
            filters: Vec::new(),
            asked: Vec::new(),
        };
        let invalid = |what: &str| registry::with_status(400, what);
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match key.as_ref() {
                // Further fields only break ties, and titles have none.
                "orderby" => {
                    let first = value.split(',').next().unwrap_or_default();
                    paging.descending = first.starts_with('-');
                    // A plus sign that was not encoded arrives as a blank.
                    first
                        .trim_start_matches(['-', '+', ' '])
                        .clone_into(&mut paging.field);
                    if paging.field.is_empty() {
                        return Err(invalid("orderby names no field"));
                    }
                }
                "start" => paging.start = Some(value.into_owned()),
                "limit" => {
                    let limit: usize = value
                        .parse()
                        .map_err(|_| invalid(&format!("limit {value} is not a number")))?;
                    paging.limit = if limit == 0 { MOST } else { limit.min(MOST) };
                }
                "property" => {
                    paging
                        .filters
                        .push(Property::parse(&value).map_err(|why| invalid(&why))?);
                    paging.asked.push(value.into_owned());
                }
                _ => {}
            }
        }
        Ok(paging)
    }

    /// What `property` asks for.
    pub(super) fn filtered(&self, mut found: Vec<Value>) -> Vec<Value> {
        found.retain(|document| {
            self.filters
                .iter()
                .all(|filter| filter.matches(document, |actual, wanted| actual == wanted))
        });
        found
    }

    /// `start` is the last value seen: the page starts strictly after it, and `_page.next` is the next such value.
    pub(super) fn answer(
        &self,
        mut found: Vec<Value>,
        url: &str,
        show: impl Fn(Value) -> Value,
    ) -> Value {
        let value = |document: &Value| match self.field.as_str() {
            "created" => document["meta:registryMetadata"]["repo:createdDate"].clone(),
            "updated" => document["meta:registryMetadata"]["repo:lastModifiedDate"].clone(),
            field => document[field].clone(),
        };
        let order = |a: &Value, b: &Value| {
            let ascending = compare(a, b);
            if self.descending {
                ascending.reverse()
            } else {
                ascending
            }
        };
        found = self.filtered(found);
        found.sort_by(|a, b| order(&value(a), &value(b)));
        if let Some(start) = &self.start {
            // A number only where the sort property is one: a title may look like a number.
            let number = start.parse::<f64>().map_or(Value::Null, Value::from);
            found.retain(|document| {
                let value = value(document);
                let start = if value.is_number() {
                    number.clone()
                } else {
                    json!(start)
                };
                order(&value, &start) == Ordering::Greater
            });
        }
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|document| text(&value(document)));
        let sign = if self.descending { "-" } else { "" };
        let link = next.as_ref().map(|next| {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("orderby", &format!("{sign}{}", self.field))
                .append_pair("start", next)
                .append_pair("limit", &self.limit.to_string())
                .extend_pairs(self.asked.iter().map(|filter| ("property", filter)))
                .finish();
            json!({"href": format!("{url}?{query}")})
        });
        let results: Vec<Value> = found.into_iter().map(show).collect();
        json!({
            "_page": {"orderby": format!("{sign}{}", self.field), "next": next, "count": results.len()},
            "_links": {"next": link},
            "results": results,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn page(query: &str) -> Value {
        let found = ["b", "d", "a", "c"]
            .map(|title| json!({"title": title, "meta:extends": [format!("x/{title}")]}));
        Paging::parse(query)
            .unwrap()
            .answer(found.to_vec(), "http://host/schemas", |document| {
                document["title"].clone()
            })
    }

    #[test]
    fn the_last_value_seen_starts_the_next_page() {
        let first = page("orderby=title&limit=2");
        assert_eq!(first["results"], json!(["a", "b"]));
        assert_eq!(
            first["_page"],
            json!({"orderby": "title", "next": "b", "count": 2})
        );
        assert_eq!(
            first["_links"]["next"]["href"],
            "http://host/schemas?orderby=title&start=b&limit=2"
        );
        let second = page("orderby=title&limit=2&start=b");
        assert_eq!(second["results"], json!(["c", "d"]));
        assert_eq!(second["_page"]["next"], Value::Null);
        assert_eq!(second["_links"]["next"], Value::Null);
        assert_eq!(
            page("orderby=-title&limit=3&start=d")["results"],
            json!(["c", "b", "a"])
        );
    }

    #[test]
    fn properties_filter_lists_too() {
        assert_eq!(page("property=meta:extends==x/c")["results"], json!(["c"]));
        assert_eq!(page("property=title~[ab]")["results"], json!(["a", "b"]));
        assert_eq!(page("property=!title")["results"], json!([]));
        // The link to the next page asks for no more than this one did.
        let first = page("property=title~[abc]&property=title!=b&limit=1");
        let next = first["_links"]["next"]["href"].as_str().unwrap();
        let second = page(next.split_once('?').unwrap().1);
        assert_eq!(second["results"], json!(["c"]));
        assert_eq!(second["_links"]["next"], Value::Null);
        assert_eq!(
            Paging::parse("limit=many").unwrap_err().status.as_u16(),
            400
        );
    }

    proptest::proptest! {
        #[test]
        fn pages_join_to_the_whole(titles in proptest::collection::hash_set("[a-cA-C0-9 ]{1,3}", 0..25), limit in 1..6_usize) {
            let all: Vec<Value> = titles.iter().map(|title| json!({"title": title})).collect();
            let (mut joined, mut query) = (Vec::new(), format!("orderby=-title&limit={limit}"));
            for _ in 0..=titles.len() {
                let page = Paging::parse(&query).unwrap().answer(all.clone(), "http://host/x", |document| document);
                joined.extend(page["results"].as_array().unwrap().clone());
                let Some(next) = page["_links"]["next"]["href"].as_str() else { break };
                query = next.split_once('?').unwrap().1.to_owned();
            }
            let mut whole: Vec<&String> = titles.iter().collect();
            whole.sort_by(|a, b| b.cmp(a));
            let joined: Vec<&str> = joined.iter().map(|document| document["title"].as_str().unwrap()).collect();
            proptest::prop_assert_eq!(joined, whole);
        }
    }
}
