//! Batch ingestion, `/data/foundation/import`.

use aep_core::{BatchId, Body, Client, DatasetId, Error, ErrorKind, Operation, Request, Result};
use http::header::CONTENT_RANGE;
use http::{HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::{Query, answer, get, once, repeatable};

const API: &str = "batch-ingestion";
const BASE: [&str; 3] = ["data", "foundation", "import"];

const CREATE: Operation = once(API, "createBatch");
const PUT_FILE: Operation = repeatable(API, "uploadSmallFile");
// repeating it before any chunk was sent has no further effect, and it is never sent later
const OPEN_FILE: Operation = repeatable(API, "initializeLargeFile");
const PATCH_FILE: Operation = repeatable(API, "uploadLargeFilePart");
const CLOSE_FILE: Operation = repeatable(API, "completeLargeFile");
const COMPLETE: Operation = repeatable(API, "completeBatch");
// an action that was carried out before its answer was lost answers 428 when it is repeated; the caller looks then
const ACTION: Operation = repeatable(API, "actionOnBatch");
const PREVIEW: Operation = repeatable(API, "previewBatch");

/// Characters of the longest batch id that was ever in use (a UUID).
const BATCH_ID_CHARS: usize = 36;

/// `POST /batches`
pub(crate) async fn create(client: &Client, body: &Value) -> Result<Value> {
    let url = client.url(&[BASE[0], BASE[1], BASE[2], "batches"])?;
    answer(
        client,
        Request::new(CREATE, Method::POST, url)
            .doing("create a batch")
            .json(body)?,
    )
    .await
}

/// `POST /batches/{id}?action=…`; answers nothing, or a batch that is not looked at.
pub(crate) async fn action(client: &Client, batch: &BatchId, action: &'static str) -> Result<()> {
    let operation = if action == "COMPLETE" {
        COMPLETE
    } else {
        ACTION
    };
    let url = client.url(&[BASE[0], BASE[1], BASE[2], "batches", batch.as_str()])?;
    let request = Request::new(operation, Method::POST, url)
        .doing(format!("{} the batch", action.to_ascii_lowercase()))
        .about("batch", batch)
        .query(&[("action", action)]);
    client.send(request).await?;
    Ok(())
}

/// The address of a file in a batch: every segment of its name encoded for itself.
pub(crate) fn file_url(
    client: &Client,
    batch: &BatchId,
    dataset: &DatasetId,
    name: &str,
) -> Result<Url> {
    let mut path = vec![
        BASE[0],
        BASE[1],
        BASE[2],
        "batches",
        batch.as_str(),
        "datasets",
        dataset.as_str(),
        "files",
    ];
    path.extend(name.split('/'));
    client.url(&path)
}

/// Characters of the address of a file before its name, at most.
pub(crate) fn url_base(client: &Client, dataset: &DatasetId) -> usize {
    let fixed = "data/foundation/import/batches//datasets//files/?action=INITIALIZE".len();
    client.settings().base_url.as_str().len()
        + 1
        + fixed
        + BATCH_ID_CHARS
        + 3 * dataset.as_str().len()
}

/// A file on its way into a batch.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) batch: &'a BatchId,
    pub(crate) name: &'a str,
    pub(crate) url: &'a Url,
}

impl Target<'_> {
    fn request(&self, operation: Operation, method: Method, doing: &'static str) -> Request {
        Request::new(operation, method, self.url.clone())
            .doing(doing)
            .about("batch", self.batch)
            .about("file", self.name)
    }
}

/// `PUT …/files/{name}`
pub(crate) async fn put(client: &Client, target: Target<'_>, body: Body) -> Result<()> {
    client
        .send(
            target
                .request(PUT_FILE, Method::PUT, "upload a file")
                .body(body),
        )
        .await?;
    Ok(())
}

/// `POST …/files/{name}?action=INITIALIZE`
pub(crate) async fn open(client: &Client, target: Target<'_>) -> Result<()> {
    let request = target
        .request(OPEN_FILE, Method::POST, "open a large file")
        .query(&[("action", "INITIALIZE")]);
    client.send(request).await?;
    Ok(())
}

/// `PATCH …/files/{name}` with `Content-Range`
pub(crate) async fn patch(
    client: &Client,
    target: Target<'_>,
    content_range: &str,
    body: Body,
) -> Result<()> {
    let value = HeaderValue::from_str(content_range).map_err(|error| {
        Error::new(ErrorKind::Other, "write the range of a part").because(error)
    })?;
    let request = target
        .request(PATCH_FILE, Method::PATCH, "upload a part of a file")
        .about("range", content_range)
        .header(CONTENT_RANGE, value)
        .body(body);
    client.send(request).await?;
    Ok(())
}

/// `POST …/files/{name}?action=COMPLETE`
pub(crate) async fn close(client: &Client, target: Target<'_>) -> Result<()> {
    let request = target
        .request(CLOSE_FILE, Method::POST, "close a large file")
        .query(&[("action", "COMPLETE")]);
    client.send(request).await?;
    Ok(())
}

/// `GET /batches/{b}/datasets/{d}/preview`
pub(crate) async fn preview(
    client: &Client,
    batch: &BatchId,
    dataset: &DatasetId,
    query: Query<'_>,
) -> Result<Value> {
    let path = [
        BASE[0],
        BASE[1],
        BASE[2],
        "batches",
        batch.as_str(),
        "datasets",
        dataset.as_str(),
        "preview",
    ];
    get(client, PREVIEW, "preview the batch", &path, query)
        .await
        .map_err(|error| error.with("batch", batch))
}
