//! Data Access, `/data/foundation/export`.

use aep_core::{BatchId, Client, Cursor, DatasetId, FileId, Page, Response, Result, limits};
use aep_gen::data_access::{
    self, ListDatasetFilesOptions, RetrieveBatchMetaContentOptions, RetrieveBatchMetaOptions,
    RetrieveDatasetFileContentOptions, RetrieveDatasetFileOptions,
    RetrieveFailedBatchContentOptions, RetrieveFailedBatchOptions,
};
use aep_gen::{finish, finish_whole};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::{Object, plain, signed};

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
    let (access, batch) = (data_access::client(client), id.as_str());
    let (start, limit) = (token(at.as_ref()), Some(signed(limits::DATA_ACCESS_PAGE)));
    let page = match list {
        BatchList::Files => {
            let options = ListDatasetFilesOptions { start, limit };
            finish(Box::pin(access.list_dataset_files(batch, options)).await)
                .map(|answer| page(&answer))
        }
        BatchList::Failed => {
            let options = RetrieveFailedBatchOptions {
                start,
                limit,
                path: None,
            };
            finish(Box::pin(access.retrieve_failed_batch(batch, options)).await)
                .map(|answer| page(&answer))
        }
        BatchList::Meta(path) => {
            let options = RetrieveBatchMetaOptions {
                start,
                limit,
                path: Some(path),
            };
            finish(Box::pin(access.retrieve_batch_meta(batch, options)).await)
                .map(|answer| page(&answer))
        }
    };
    page.map_err(|error| {
        error
            .rephrase("list the files of the batch")
            .with("batch", id)
    })?
}

/// One page of the parts of a dataset file.
pub(crate) async fn file_list(
    client: &Client,
    id: &FileId,
    at: Option<Cursor>,
) -> Result<Page<Object>> {
    let (start, limit) = (token(at.as_ref()), Some(signed(limits::DATA_ACCESS_PAGE)));
    let options = RetrieveDatasetFileOptions {
        start,
        limit,
        ..Default::default()
    };
    let answer =
        Box::pin(data_access::client(client).retrieve_dataset_file(id.as_str(), options)).await;
    page(&finish(answer).map_err(|error| {
        error
            .rephrase("list the parts of a dataset file")
            .with("file", id)
    })?)
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

impl Origin {
    /// Whether parts of it can be asked for.
    pub(crate) fn has_ranges(&self) -> bool {
        matches!(self, Self::File(_))
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(id) => write!(f, "{id}"),
            Self::Failed(id) => write!(f, "failed of {id}"),
            Self::Meta(id) => write!(f, "meta of {id}"),
        }
    }
}

/// What the service says of a file without its bytes; none where it can't be asked.
pub(crate) async fn head(
    client: &Client,
    origin: &Origin,
    path: &str,
) -> Result<Option<http::HeaderMap>> {
    let Origin::File(id) = origin else {
        return Ok(None);
    };
    let access = data_access::client(client);
    let answer = Box::pin(access.retrieve_dataset_file_headers(id.as_str(), path)).await;
    let answer = finish_whole(answer)
        .map_err(|error| error.rephrase("ask for a file").with("file", path))?;
    Ok(Some(answer.headers))
}

/// The bytes of a file; those from `first` to `last`, if ranges are possible at all.
pub(crate) async fn content(
    client: &Client,
    origin: &Origin,
    path: &str,
    range: Option<(u64, u64)>,
) -> Result<Response> {
    let access = data_access::client(client);
    let path_option = Some(path);
    let answer = match origin {
        Origin::File(id) => {
            let range = range.map(|(first, last)| format!("bytes={first}-{last}"));
            let options = RetrieveDatasetFileContentOptions {
                path: path_option,
                range: range.as_deref(),
                ..Default::default()
            };
            finish(Box::pin(access.retrieve_dataset_file_content(id.as_str(), options)).await)
        }
        Origin::Failed(id) => {
            let options = RetrieveFailedBatchContentOptions {
                path: path_option,
                ..Default::default()
            };
            finish(Box::pin(access.retrieve_failed_batch_content(id.as_str(), options)).await)
        }
        Origin::Meta(id) => {
            let options = RetrieveBatchMetaContentOptions {
                path: path_option,
                ..Default::default()
            };
            finish(Box::pin(access.retrieve_batch_meta_content(id.as_str(), options)).await)
        }
    };
    answer.map_err(|error| error.rephrase("download a file").with("file", path))
}

/// `GET /datasets/{id}/preview`
pub(crate) async fn preview(client: &Client, id: &DatasetId) -> Result<Vec<Object>> {
    let answer = Box::pin(data_access::client(client).retrieve_dataset_preview(id.as_str())).await;
    finish(answer)
        .map(|preview| preview.data)
        .map_err(|error| error.rephrase("preview the dataset").with("dataset", id))
}

fn token(at: Option<&Cursor>) -> Option<&str> {
    if let Some(Cursor::Token(start)) = at {
        Some(start)
    } else {
        None
    }
}

/// Reads a list. Of the link to the next page only its `start` is taken: the platform prints another host and port
/// (`:443`), and the token must go to no host but ours.
fn page(answer: &impl Serialize) -> Result<Page<Object>> {
    let Value::Object(mut answer) = plain(answer)? else {
        return Ok(Page::last(Vec::new()));
    };
    let next = answer
        .get("_links")
        .and_then(|links| links["next"]["href"].as_str())
        .and_then(start);
    let Some(Value::Array(list)) = answer.remove("data") else {
        return Ok(Page::last(Vec::new()));
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
    let next = next.filter(|_| !items.is_empty()).map(Cursor::Token);
    Ok(Page { items, next })
}

/// The value of `start` in a link, which may be absolute or only a query.
fn start(href: &str) -> Option<String> {
    let base = Url::parse("http://localhost/").ok()?;
    let link = base.join(href).ok()?;
    link.query_pairs()
        .find(|(key, _)| key == "start")
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn next(answer: &Value) -> Option<Cursor> {
        page(answer).unwrap().next
    }

    #[test]
    fn of_the_next_link_only_the_start_is_taken() {
        let link =
            |href: &str| json!({"data": [{"name": "a"}], "_links": {"next": {"href": href}}});
        let token = |start: &str| Some(Cursor::Token(start.to_owned()));
        assert_eq!(
            next(&link(
                "https://platform.adobe.io:443/data/foundation/export/files/a?start=1&limit=1"
            )),
            token("1")
        );
        assert_eq!(
            next(&link("https://elsewhere.example/?start=part%3D1%26x")),
            token("part=1&x")
        );
        assert_eq!(next(&link("?limit=1&start=9")), token("9"));
        assert_eq!(next(&link("")), None);
    }

    #[test]
    fn a_list_without_a_link_is_the_last_page() {
        assert_eq!(next(&json!({"data": [{"name": "a", "length": 1}]})), None);
    }

    #[test]
    fn an_empty_page_ends_the_list_whatever_its_link_says() {
        assert_eq!(
            next(&json!({"data": [], "_links": {"next": {"href": "?start=9"}}})),
            None
        );
    }
}
