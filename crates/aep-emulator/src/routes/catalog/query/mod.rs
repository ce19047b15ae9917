//! Catalog's query language: filters, ranges, order, paging, projection.

mod filter;
pub(super) mod kinds;
mod order;

use serde_json::{Map, Value};

use filter::Filter;
use order::Order;

use crate::problem::{Problem, catalog};

/// What is being listed; some parameters mean something only there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noun {
    Dataset,
    Batch,
    File,
    LastBatch,
}

impl Noun {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Batch => "batch",
            Self::File => "dataset file",
            Self::LastBatch => "last batch",
        }
    }
}

/// Entries of a page unless `limit` says otherwise, and the most it may say.
const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;
/// The most it may say when `observableSchema` is asked for, because that field is big.
const MAX_LIMIT_OBSERVABLE: usize = 20;

/// Parameters that are no filters. `requestDataSource`, `expansion` and `aggregate` are dealt with elsewhere or have no
/// visible effect.
const RESERVED: &[&str] = &["requestDataSource", "expansion", "aggregate"];

/// A parsed query string.
#[derive(Debug)]
pub(crate) struct Query {
    noun: Noun,
    limit: usize,
    start: usize,
    order: Vec<Order>,
    filters: Vec<Filter>,
    properties: Option<Vec<String>>,
}

impl Query {
    pub(super) fn parse(text: &str, noun: Noun) -> Result<Self, Problem> {
        let mut query = Self {
            noun,
            limit: DEFAULT_LIMIT,
            start: 0,
            order: Vec::new(),
            filters: Vec::new(),
            properties: None,
        };
        let mut limit = None;
        for (key, value) in url::form_urlencoded::parse(text.as_bytes()) {
            let value = value.into_owned();
            kinds::check(&key, &value)?;
            match key.as_ref() {
                "limit" => limit = Some(value),
                "start" | "offset" => {
                    query.start = value
                        .parse()
                        .map_err(|_| catalog::bad_request(&format!("invalid {key}: {value}")))?;
                }
                "orderBy" | "sort" => query.order = order::parse(&value)?,
                "properties" => {
                    query.properties = Some(
                        value
                            .split(',')
                            .map(str::trim)
                            .filter(|name| !name.is_empty())
                            .map(str::to_owned)
                            .collect(),
                    );
                }
                key if RESERVED.contains(&key) => {}
                key => query.filters.push(Filter::parse(key, &value, noun)?),
            }
        }
        if let Some(text) = limit {
            let asks_observable = query
                .properties
                .as_ref()
                .is_some_and(|names| names.iter().any(|name| name == "observableSchema"));
            let max = if asks_observable {
                MAX_LIMIT_OBSERVABLE
            } else {
                MAX_LIMIT
            };
            query.limit = text
                .parse()
                .ok()
                .filter(|limit| (1..=max).contains(limit))
                .ok_or_else(|| {
                    catalog::bad_request(&format!(
                        "invalid limit {text}: it must be from 1 to {max}"
                    ))
                })?;
        }
        Ok(query)
    }

    /// The dataset all batches (or files) asked for belong to, so that the database need not read the others.
    pub(super) fn only_parent(&self) -> Option<&str> {
        if self.noun != Noun::Batch {
            return None;
        }
        self.filters.iter().find_map(Filter::only_dataset)
    }

    /// Whether an object is asked for.
    pub(super) fn matches(&self, id: &str, doc: &Value) -> bool {
        self.filters.iter().all(|filter| filter.matches(id, doc))
    }

    /// Filter, sort, cut and project. The order of keys is the order asked for.
    pub(super) fn answer(&self, found: Vec<(String, Value)>) -> Map<String, Value> {
        self.all(found)
            .into_iter()
            .skip(self.start)
            .take(self.limit)
            .collect()
    }

    /// A query of datasets by another service, which cuts pages itself.
    pub(crate) fn of_datasets(text: &str) -> Result<Self, Problem> {
        Self::parse(text, Noun::Dataset)
    }

    /// Filter, sort and project.
    pub(crate) fn all(&self, mut found: Vec<(String, Value)>) -> Vec<(String, Value)> {
        found.retain(|(id, doc)| self.matches(id, doc));
        order::sort(&mut found, &self.order);
        found
            .into_iter()
            .map(|(id, doc)| (id, self.project(doc)))
            .collect()
    }

    /// Only the top-level fields of `properties`; all without it.
    pub(super) fn project(&self, doc: Value) -> Value {
        match (&self.properties, doc) {
            (Some(names), Value::Object(map)) => Value::Object(
                map.into_iter()
                    .filter(|(key, _)| names.iter().any(|name| name == key))
                    .collect(),
            ),
            (_, doc) => doc,
        }
    }
}

#[cfg(test)]
mod tests;
