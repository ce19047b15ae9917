//! Lists: filters, order, pages.

mod filter;
mod order;
mod page;

pub(super) use filter::Filter;
use order::Order;
use page::Token;

use serde_json::{Map, Value, json};

use crate::problem::{Problem, flow};

/// Entries of a page unless `limit` says otherwise, and the most there are (emulator choice; nothing is published but
/// that lists of destination flows have at most 100).
const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// What a list call asks for. Parameters it does not know are passed over.
#[derive(Debug)]
pub(super) struct Query {
    filters: Vec<Filter>,
    order: Vec<Order>,
    limit: usize,
    count: bool,
    token: Option<Token>,
}

impl Query {
    /// Reads a query string.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let mut parts = Parts::default();
        for (key, value) in url::form_urlencoded::parse(text.unwrap_or_default().as_bytes()) {
            let value = value.into_owned();
            match key.as_ref() {
                "property" => parts.filters.push(value),
                "orderby" | "orderBy" => parts.order = Some(value),
                "limit" => parts.limit = Some(value),
                "count" => parts.count = Some(value),
                "continuationToken" => parts.token = Some(value),
                _ => {}
            }
        }
        parts.read()
    }

    /// Reads the body of a search; `property` and `continuationToken` may stand in the query string.
    ///
    /// What `queryString` looks like is not published. Here it is what a list call has as `property`: one condition or
    /// several with `&` in between, each with or without `property=` (emulator choice).
    pub(super) fn parse_search(
        body: &Map<String, Value>,
        query: Option<&str>,
    ) -> Result<Self, Problem> {
        let text = |key: &str| match body.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
        };
        let mut parts = Parts {
            order: text("orderby"),
            limit: text("limit"),
            count: text("count"),
            ..Parts::default()
        };
        for (key, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match key.as_ref() {
                "property" => parts.filters.push(value.into_owned()),
                "continuationToken" => parts.token = Some(value.into_owned()),
                _ => {}
            }
        }
        for condition in text("queryString").unwrap_or_default().split('&') {
            let condition = condition.strip_prefix("property=").unwrap_or(condition);
            if !condition.trim().is_empty() {
                parts.filters.push(condition.trim().to_owned());
            }
        }
        parts.read()
    }

    /// Whether an object is asked for.
    pub(super) fn matches(&self, document: &Value) -> bool {
        self.filters.iter().all(|filter| filter.matches(document))
    }

    /// The answer to a list call: the page asked for, or the number of all. `found` comes oldest first; lists are
    /// newest first unless asked otherwise.
    pub(super) fn answer(&self, path: &str, mut found: Vec<Value>) -> Value {
        found.retain(|document| self.matches(document));
        if self.count {
            return json!({"count": found.len()});
        }
        found.reverse();
        if self.order.is_empty() {
            found.sort_by_key(|document| std::cmp::Reverse(document["createdAt"].as_i64()));
        } else {
            order::sort(&mut found, &self.order);
        }
        let start = self.token.as_ref().map_or(0, |token| token.after(&found));
        let left = found.len().saturating_sub(start);
        let page: Vec<Value> = found.into_iter().skip(start).take(self.limit).collect();
        let mut links = json!({});
        if left > self.limit
            && let Some(last) = page.last()
        {
            let token = Token::of(last, start + page.len());
            links["next"] =
                json!({"href": format!("/{path}?continuationToken={}", token.encoded())});
        }
        json!({"items": page, "_links": links})
    }
}

/// The parameters of a list call before they are read.
#[derive(Debug, Default)]
struct Parts {
    filters: Vec<String>,
    order: Option<String>,
    limit: Option<String>,
    count: Option<String>,
    token: Option<String>,
}

impl Parts {
    fn read(self) -> Result<Query, Problem> {
        let count = match self.count.as_deref() {
            None => false,
            Some(text) if text.eq_ignore_ascii_case("true") => true,
            Some(text) if text.eq_ignore_ascii_case("false") => false,
            Some(text) => {
                return Err(flow::coded("1452-400", &format!("invalid count: {text}")));
            }
        };
        if count && self.limit.is_some() {
            return Err(flow::coded(
                "1401-400",
                "limit and count cannot be used together",
            ));
        }
        let limit = match self.limit {
            None => DEFAULT_LIMIT,
            Some(text) => text
                .trim()
                .parse::<usize>()
                .ok()
                .filter(|limit| *limit > 0)
                .ok_or_else(|| flow::coded("1452-400", &format!("invalid limit: {text}")))?
                .min(MAX_LIMIT),
        };
        Ok(Query {
            filters: self
                .filters
                .iter()
                .map(|text| Filter::parse(text))
                .collect::<Result<_, _>>()?,
            order: self
                .order
                .as_deref()
                .map(order::parse)
                .transpose()?
                .unwrap_or_default(),
            limit,
            count,
            token: self.token.as_deref().map(Token::read).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests;
