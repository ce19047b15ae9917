//! Data Access, `/data/foundation/export`.

use aep_core::{
    BatchId, Client, Cursor, DatasetId, FileId, Operation, Page, Request, Response, Result,
};
use http::header::RANGE;
use http::{HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::{Object, answer, get, repeatable};

const API: &str = "data-access";
const BASE: [&str; 3] = ["data", "foundation", "export"];

const BATCH_FILES: Operation = repeatable(API, "getDatasetFilesForBatch");
const FAILED: Operation = repeatable(API, "getFailedFilesForBatch");
const META: Operation = repeatable(API, "getBatchMeta");
const FILES: Operation = repeatable(API, "listFile");
const CONTENT: Operation = repeatable(API, "downloadFile");
const PREVIEW: Operation = repeatable(API, "previewDataset");

/// The lists of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BatchList {
    /// The dataset files.
    Files,
    /// The files that failed.
    Failed,
    /// A directory of the diagnostics.
    Meta(&'static str),
}

/// One page of a list of a batch.
pub(crate) async fn batch_list(
    client: &Client,
    id: &BatchId,
    list: BatchList,
    at: Option<Cursor>,
) -> Result<Page<Object>> {
    let (name, operation) = match list {
        BatchList::Files => ("files", BATCH_FILES),
        BatchList::Failed => ("failed", FAILED),
        BatchList::Meta(_) => ("meta", META),
    };
    let first = client.url(&[BASE[0], BASE[1], BASE[2], "batches", id.as_str(), name])?;
    let directory = if let BatchList::Meta(path) = list {
        Some(path)
    } else {
        None
    };
    page(client, operation, first, directory, at).await
}

/// One page of the parts of a dataset file.
pub(crate) async fn file_list(
    client: &Client,
    id: &FileId,
    at: Option<Cursor>,
) -> Result<Page<Object>> {
    page(
        client,
        FILES,
        client.url(&[BASE[0], BASE[1], BASE[2], "files", id.as_str()])?,
        None,
        at,
    )
    .await
}

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A part of a dataset file.
    File(FileId),
    /// A file below `/batches/{id}/failed`.
    Failed(BatchId),
    /// A file below `/batches/{id}/meta`.
    Meta(BatchId),
}

/// The bytes of a file, all of them or those from `first` to `last`.
pub(crate) async fn content(
    client: &Client,
    origin: &Origin,
    path: &str,
    range: Option<(u64, u64)>,
) -> Result<Response> {
    let url = match origin {
        Origin::File(id) => client.url(&[BASE[0], BASE[1], BASE[2], "files", id.as_str()])?,
        Origin::Failed(id) => {
            client.url(&[BASE[0], BASE[1], BASE[2], "batches", id.as_str(), "failed"])?
        }
        Origin::Meta(id) => {
            client.url(&[BASE[0], BASE[1], BASE[2], "batches", id.as_str(), "meta"])?
        }
    };
    let mut request = Request::new(CONTENT, Method::GET, url)
        .doing("download a file")
        .about("file", path)
        .query(&[("path", path)]);
    if let Some((first, last)) = range
        && let Ok(value) = HeaderValue::from_str(&format!("bytes={first}-{last}"))
    {
        request = request.header(RANGE, value);
    }
    client.send(request).await
}

/// `GET /datasets/{id}/preview`
pub(crate) async fn preview(client: &Client, id: &DatasetId) -> Result<Value> {
    get(
        client,
        PREVIEW,
        "preview the dataset",
        &[
            BASE[0],
            BASE[1],
            BASE[2],
            "datasets",
            id.as_str(),
            "preview",
        ],
        &[],
    )
    .await
}

async fn page(
    client: &Client,
    operation: Operation,
    first: Url,
    directory: Option<&str>,
    at: Option<Cursor>,
) -> Result<Page<Object>> {
    let request = match at {
        Some(Cursor::Url(next)) => {
            let kept = next.query_pairs().any(|(key, _)| key == "path");
            let request = Request::new(operation, Method::GET, next);
            // a link that forgot the directory would list another one
            directory
                .filter(|_| !kept)
                .map_or(request.clone(), |path| request.query(&[("path", path)]))
        }
        _ => {
            let request = Request::new(operation, Method::GET, first.clone());
            match directory {
                Some(path) => request.query(&[("path", path), ("limit", "100")]),
                None => request.query(&[("limit", "100")]),
            }
        }
    };
    Ok(read_page(
        answer(client, request.doing("list files")).await?,
        &first,
    ))
}

/// Reads a list in the object form or as a bare array. The link to the next page may name another host or port (the
/// platform prints `:443`); only its query is taken, so that the token goes to no host but ours.
fn read_page(answer: Value, base: &Url) -> Page<Object> {
    let (list, next) = match answer {
        Value::Array(list) => (list, None),
        Value::Object(mut object) => {
            let next = object
                .get("_links")
                .and_then(|links| links.get("next"))
                .and_then(|next| next.get("href"));
            let next = next
                .and_then(Value::as_str)
                .filter(|href| !href.is_empty())
                .and_then(|href| base.join(href).ok());
            match object.remove("data") {
                Some(Value::Array(list)) => (list, next),
                _ => (Vec::new(), None),
            }
        }
        _ => (Vec::new(), None),
    };
    let items: Vec<Object> = list
        .into_iter()
        .filter_map(|item| {
            if let Value::Object(object) = item {
                Some(object)
            } else {
                None
            }
        })
        .collect();
    let next = next.filter(|_| !items.is_empty()).map(|link| {
        let mut url = base.clone();
        url.set_query(link.query());
        Cursor::Url(url)
    });
    Page { items, next }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn the_next_link_never_leads_to_another_host() {
        let base = Url::parse("http://127.0.0.1:9/data/foundation/export/files/a").unwrap();
        let answer = json!({"data": [{"name": "a"}], "_links": {"next": {"href": "https://evil.example:443/files?start=1&limit=1"}}});
        let page = read_page(answer, &base);
        let Some(Cursor::Url(next)) = page.next else {
            unreachable!("a link")
        };
        assert_eq!(
            next.as_str(),
            "http://127.0.0.1:9/data/foundation/export/files/a?start=1&limit=1"
        );
    }

    #[test]
    fn a_bare_array_is_a_last_page() {
        let base = Url::parse("http://127.0.0.1:9/x").unwrap();
        let page = read_page(json!([{"name": "a", "length": 1}]), &base);
        assert_eq!((page.items.len(), page.next), (1, None));
    }

    #[test]
    fn an_empty_page_ends_the_list_whatever_its_link_says() {
        let base = Url::parse("http://127.0.0.1:9/x").unwrap();
        assert_eq!(
            read_page(
                json!({"data": [], "_links": {"next": {"href": "?start=9"}}}),
                &base
            )
            .next,
            None
        );
    }
}
