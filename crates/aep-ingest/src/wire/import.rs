//! Batch ingestion, `/data/foundation/import`.

use aep_core::{BatchId, Body, Client, DatasetId, Error, ErrorKind, Result, Timeouts};
use aep_gen::batch_ingestion::types::{
    CompleteBatchAction, CompleteLargeFileUploadAction, RetrievePreviewFormat,
};
use aep_gen::batch_ingestion::{self, RetrievePreviewOptions};
use aep_gen::{finish, finish_whole};
use serde_json::Value;

use super::plain;
use super::ranges::{self, Span};

pub(crate) use aep_gen::batch_ingestion::types::{
    CompleteBatchAction as Action, IngestBatch, InputFormat, Replay,
};

/// Characters of the longest batch id that was ever in use (a UUID).
const BATCH_ID_CHARS: usize = 36;

/// Characters of the address of a file before its name, at most.
pub(crate) fn url_base(client: &Client, dataset: &DatasetId) -> usize {
    let fixed = "data/foundation/import/batches//datasets//files/?action=INITIALIZE".len();
    client.settings().base_url.as_str().len()
        + 1
        + fixed
        + BATCH_ID_CHARS
        + 3 * dataset.as_str().len()
}

/// `POST /batches`. Must not be repeated, but its outcome can be looked up: silence is given up as early as that of a
/// request which may be.
pub(crate) async fn create(client: &Client, body: &IngestBatch) -> Result<Value> {
    let timeouts = client.timeouts();
    let client = client.with_timeouts(Timeouts {
        first_byte: timeouts.first_byte.min(timeouts.idle),
        ..timeouts
    });
    let answer = Box::pin(batch_ingestion::client(&client).create_batch(body)).await;
    plain(&finish(answer).map_err(|error| error.rephrase("create a batch"))?)
}

/// `POST /batches/{id}?action=…`; answers nothing, or a batch that is not looked at.
pub(crate) async fn action(client: &Client, batch: &BatchId, action: Action) -> Result<()> {
    let doing = match action {
        CompleteBatchAction::Complete => "complete the batch",
        CompleteBatchAction::Abort => "abort the batch",
        CompleteBatchAction::Fail => "declare the batch failed",
        CompleteBatchAction::Revert => "revert the batch",
    };
    let answer =
        Box::pin(batch_ingestion::client(client).complete_batch(batch.as_str(), action)).await;
    finish(answer)
        .map(drop)
        .map_err(|error| error.rephrase(doing).with("batch", batch))
}

/// A file on its way into a batch.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) batch: &'a BatchId,
    pub(crate) dataset: &'a DatasetId,
    pub(crate) name: &'a str,
}

impl Target<'_> {
    fn failed(&self, error: Error, doing: &'static str) -> Error {
        error
            .rephrase(doing)
            .with("batch", self.batch)
            .with("file", self.name)
    }
}

/// `PUT …/files/{name}`
pub(crate) async fn put(client: &Client, target: Target<'_>, body: Body) -> Result<()> {
    let import = batch_ingestion::client(client);
    let answer = Box::pin(import.upload_small_file(
        target.batch.as_str(),
        target.dataset.as_str(),
        target.name,
        body,
    ))
    .await;
    finish(answer).map_err(|error| target.failed(error, "upload the file"))
}

/// `POST …/files/{name}?action=INITIALIZE`. Repeating it before any chunk was sent has no further effect, and it is never
/// sent later.
pub(crate) async fn open(client: &Client, target: Target<'_>) -> Result<()> {
    stitch(
        client,
        target,
        CompleteLargeFileUploadAction::Initialize,
        "open the large file",
    )
    .await
}

/// `POST …/files/{name}?action=COMPLETE`
pub(crate) async fn close(client: &Client, target: Target<'_>) -> Result<()> {
    stitch(
        client,
        target,
        CompleteLargeFileUploadAction::Complete,
        "close the large file",
    )
    .await
}

async fn stitch(
    client: &Client,
    target: Target<'_>,
    action: CompleteLargeFileUploadAction,
    doing: &'static str,
) -> Result<()> {
    let import = batch_ingestion::client(client);
    let (batch, dataset) = (target.batch.as_str(), target.dataset.as_str());
    let answer =
        Box::pin(import.complete_large_file_upload(batch, dataset, target.name, action)).await;
    finish(answer).map_err(|error| target.failed(error, doing))
}

/// `PATCH …/files/{name}` with `Content-Range`
pub(crate) async fn patch(
    client: &Client,
    target: Target<'_>,
    content_range: &str,
    body: Body,
) -> Result<()> {
    let import = batch_ingestion::client(client);
    let (batch, dataset) = (target.batch.as_str(), target.dataset.as_str());
    let answer =
        Box::pin(import.upload_large_file_part(batch, dataset, target.name, content_range, body))
            .await;
    finish(answer).map_err(|error| {
        target
            .failed(error, "upload a part of the file")
            .with("range", content_range)
    })
}

/// `HEAD …/files/{name}`: the bytes that the server has of a large file; none if it does not know the file, or says
/// nothing that can be understood.
pub(crate) async fn ranges(client: &Client, target: Target<'_>) -> Result<Option<Vec<Span>>> {
    let import = batch_ingestion::client(client);
    let (batch, dataset) = (target.batch.as_str(), target.dataset.as_str());
    let answer = Box::pin(import.get_large_file_status(batch, dataset, target.name)).await;
    match finish_whole(answer) {
        Ok(answer) => Ok(answer
            .headers
            .get(http::header::RANGE)
            .and_then(|range| range.to_str().ok())
            .and_then(ranges::parse)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(target.failed(error, "ask what the server has of the file")),
    }
}

/// `GET /batches/{b}/datasets/{d}/preview`
pub(crate) async fn preview(
    client: &Client,
    batch: &BatchId,
    dataset: &DatasetId,
    format: &str,
    multi_line: Option<bool>,
    rows: i32,
) -> Result<Value> {
    let format = match format {
        "json" => RetrievePreviewFormat::Json,
        "csv" => RetrievePreviewFormat::Csv,
        _ => RetrievePreviewFormat::Parquet,
    };
    let options = RetrievePreviewOptions {
        is_multi_line_json: multi_line,
        nrow: Some(rows),
        ..Default::default()
    };
    let import = batch_ingestion::client(client);
    let answer =
        Box::pin(import.retrieve_preview(batch.as_str(), dataset.as_str(), format, options)).await;
    plain(
        &finish(answer)
            .map_err(|error| error.rephrase("preview the batch").with("batch", batch))?,
    )
}
