//! Lists: `start` and `limit`, absolute links, numbers as strings.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::operations::Service;
use crate::problem::{Problem, catalog};

/// Default and maximum of `limit`.
const LIMIT: usize = 100;

/// Everything but unreserved characters is encoded, also the slash.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The query of a request to Data Access, and where the client thinks we are.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    base: String,
    resource: String,
    pub(super) path: Option<String>,
    start: usize,
    limit: usize,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let mut asked = Self {
            base: base(&parts.headers),
            resource: parts.uri.path().to_owned(),
            path: None,
            start: 0,
            limit: LIMIT,
        };
        for (key, value) in
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        {
            let number = || {
                value
                    .parse::<usize>()
                    .map_err(|_| catalog::bad_request(&format!("{key} must be a whole number")))
            };
            match key.as_ref() {
                "path" => asked.path = Some(value.trim_end_matches('/').to_owned()),
                "start" => asked.start = number()?,
                "limit" => asked.limit = number()?.min(LIMIT),
                _ => {}
            }
        }
        if asked.limit == 0 {
            return Err(catalog::bad_request("limit must be at least 1"));
        }
        Ok(asked)
    }
}

/// `http://{host}/data/foundation/export`, by the client's own name for the host.
fn base(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("localhost");
    format!("http://{host}{}", Service::DataAccess.base())
}

/// Percent-encodes one value of a query or one segment of a path.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, STRICT).to_string()
}

impl Asked {
    /// An absolute link to a resource of the service, `path` in its query.
    pub(super) fn link(&self, resource: &str, path: Option<&str>) -> String {
        match path {
            Some(path) => format!("{}{resource}?path={}", self.base, encoded(path)),
            None => format!("{}{resource}", self.base),
        }
    }

    /// A link to another `path` of the resource that was asked for.
    pub(super) fn here(&self, path: &str) -> String {
        self.link(&self.resource, Some(path))
    }

    /// One page of entries.
    pub(super) fn page(&self, entries: Vec<Value>) -> Value {
        let total = entries.len();
        let shown: Vec<Value> = entries
            .into_iter()
            .skip(self.start)
            .take(self.limit)
            .collect();
        let after = self.start.saturating_add(self.limit);
        let mut links = Map::new();
        if after < total {
            links.insert("next".to_owned(), json!({"href": self.at(after)}));
        }
        links.insert(
            "page".to_owned(),
            json!({"href": self.at(0), "templated": true}),
        );
        json!({"data": shown, "_page": {"limit": self.limit, "count": shown.len()}, "_links": links})
    }

    fn at(&self, start: usize) -> String {
        let path = self
            .path
            .as_deref()
            .map(|path| format!("path={}&", encoded(path)))
            .unwrap_or_default();
        format!(
            "{}{}?{path}start={start}&limit={}",
            self.base, self.resource, self.limit
        )
    }
}

/// An entry for something with bytes.
pub(super) fn file(name: &str, length: u64, href: &str) -> Value {
    json!({"name": name, "length": length.to_string(), "_links": {"self": {"href": href}}})
}
