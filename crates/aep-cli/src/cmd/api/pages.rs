//! `--paginate`: each service has its own way to the next page.

use std::sync::Arc;

use aep_core::{
    Client, Cursor, Error, ErrorKind, Operation, Page, Request, Result, Safety, items as paged,
};
use futures::Stream;
use http::header::ACCEPT;
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::raw::{LARGEST_DOCUMENT, accept};

/// Every item of every page. Objects keyed by id (Catalog) give their values, with the key as `id`.
pub(super) fn items(
    client: Client,
    first: Url,
    headers: Vec<(HeaderName, HeaderValue)>,
) -> impl Stream<Item = Result<Value>> {
    let headers = Arc::new(headers);
    paged(move |cursor| {
        let (client, first, headers) = (client.clone(), first.clone(), Arc::clone(&headers));
        async move {
            let url = match cursor {
                None => first,
                Some(Cursor::Url(url)) => url,
                Some(_) => return Err(Error::new(ErrorKind::Other, "follow the pages")),
            };
            let operation = Operation {
                api: "api",
                id: "page",
                safety: Safety::Repeatable,
            };
            let mut request = Request::new(operation, Method::GET, url.clone())
                .doing("read a page")
                .header(ACCEPT, accept(&Method::GET, url.path()));
            for (name, value) in headers.iter() {
                request = request.header(name.clone(), value.clone());
            }
            let body = client.send(request).await?.bytes(LARGEST_DOCUMENT).await?;
            let document: Value = serde_json::from_slice(&body).map_err(|error| {
                Error::new(ErrorKind::Protocol, "read a page")
                    .with("url", &url)
                    .because(error)
            })?;
            let next = next_page(&url, &document);
            Ok(Page {
                items: split(document),
                next: next.map(Cursor::Url),
            })
        }
    })
}

/// Where the items of a page are.
fn split(document: Value) -> Vec<Value> {
    match document {
        Value::Array(items) => items,
        Value::Object(mut map) => {
            for key in ["items", "results", "data", "sandboxes", "children"] {
                if let Some(Value::Array(_)) = map.get(key)
                    && let Some(Value::Array(items)) = map.remove(key)
                {
                    return items;
                }
            }
            if map.keys().any(|key| key.starts_with('_')) || !map.values().all(Value::is_object) {
                return vec![Value::Object(map)];
            }
            map.into_iter()
                .map(|(id, mut value)| {
                    if let Value::Object(fields) = &mut value
                        && !fields.contains_key("id")
                    {
                        fields.insert("id".to_owned(), Value::from(id));
                    }
                    value
                })
                .collect()
        }
        other => vec![other],
    }
}

fn next_page(url: &Url, document: &Value) -> Option<Url> {
    let count = count(document);
    if count == 0 {
        return None;
    }
    // A link is followed on the host that we know: the platform's own links name a port or another host.
    if let Some(link) = document.pointer("/_links/next") {
        let href = link
            .get("href")
            .or(Some(link))
            .and_then(Value::as_str)
            .filter(|href| !href.is_empty());
        let templated = link
            .get("templated")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        match href {
            Some(href) if !templated && !href.contains('{') => {
                return same_host(url, href).filter(|next| next != url);
            }
            None => return None,
            Some(_) => return by_offset(url, "offset", count, document),
        }
    }
    match document.pointer("/_page/next") {
        Some(Value::String(token)) if !token.is_empty() => {
            let name = if url.path().contains("/schemaregistry/") {
                "start"
            } else {
                "continuationToken"
            };
            return Some(with_query(url, name, token));
        }
        Some(_) => return None,
        None => {}
    }
    if url.path().contains("/catalog/") {
        return by_offset(url, "start", count, document);
    }
    None
}

fn count(document: &Value) -> u64 {
    let items = match document {
        Value::Array(items) => items.len(),
        Value::Object(map) => ["items", "results", "data", "sandboxes", "children"]
            .iter()
            .find_map(|key| map.get(*key).and_then(Value::as_array).map(Vec::len))
            .unwrap_or(map.len()),
        _ => 0,
    };
    items as u64
}

/// A full page may have a next one; a shorter one is the last.
fn by_offset(url: &Url, name: &str, count: u64, document: &Value) -> Option<Url> {
    let asked = |key: &str| {
        url.query_pairs()
            .find(|(k, _)| k == key)
            .and_then(|(_, value)| value.parse::<u64>().ok())
    };
    let limit = asked("limit")
        .or_else(|| document.pointer("/_page/limit").and_then(Value::as_u64))
        .unwrap_or(if url.path().contains("/catalog/") {
            20
        } else {
            count
        });
    if count < limit {
        return None;
    }
    Some(with_query(
        url,
        name,
        &(asked(name).unwrap_or(0) + count).to_string(),
    ))
}

fn with_query(url: &Url, name: &str, value: &str) -> Url {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect();
    let mut next = url.clone();
    next.query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .append_pair(name, value);
    next
}

fn same_host(url: &Url, href: &str) -> Option<Url> {
    let next = url.join(href).ok()?;
    let mut pinned = url.clone();
    pinned.set_path(next.path());
    pinned.set_query(next.query());
    Some(pinned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    fn url(path: &str) -> Url {
        Url::parse("https://platform.adobe.io")
            .unwrap()
            .join(path)
            .unwrap()
    }

    #[test]
    fn catalog_goes_by_start_until_a_short_page() {
        let at = url("/data/foundation/catalog/batches?limit=2&start=4");
        let full = json!({"a": {}, "b": {}});
        assert_eq!(
            next_page(&at, &full).unwrap().query(),
            Some("limit=2&start=6")
        );
        assert_eq!(next_page(&at, &json!({"a": {}})), None);
        assert_eq!(split(full)[1], json!({"id": "b"}));
    }

    #[test]
    fn links_stay_on_our_host() {
        let at = url("/data/foundation/export/batches/b/files?limit=1");
        let page = json!({"data": [{}], "_links": {"next": {"href": "https://evil.example:443/data/x?start=1"}}});
        assert_eq!(
            next_page(&at, &page).unwrap().as_str(),
            "https://platform.adobe.io/data/x?start=1"
        );
    }

    #[test]
    fn tokens_and_templates() {
        let flows = url("/data/foundation/flowservice/flows");
        assert_eq!(
            next_page(&flows, &json!({"items": [1], "_page": {"next": "t/1"}}))
                .unwrap()
                .query(),
            Some("continuationToken=t%2F1")
        );
        let registry = url("/data/foundation/schemaregistry/tenant/schemas?orderby=title");
        assert_eq!(
            next_page(&registry, &json!({"results": [1], "_page": {"next": "B"}}))
                .unwrap()
                .query(),
            Some("orderby=title&start=B")
        );
        let sandboxes = url("/data/foundation/sandbox-management/sandboxes?limit=1");
        let page = json!({"sandboxes": [1], "_links": {"next": {"href": "x?limit={limit}", "templated": true}}});
        assert_eq!(
            next_page(&sandboxes, &page).unwrap().query(),
            Some("limit=1&offset=1")
        );
        assert_eq!(
            next_page(&flows, &json!({"items": [], "_page": {"next": "t"}})),
            None
        );
    }
}
