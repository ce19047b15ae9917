//! Catalog, `/data/foundation/catalog`. Answers are objects keyed by id whose key order is the sort order.

use aep_core::{BatchId, Client, DatasetId, Error, ErrorKind, Operation, Request, Result};
use http::Method;
use serde_json::Value;

use super::{Object, Query, answer, get, object, once, repeatable};

const API: &str = "catalog";
const BASE: [&str; 3] = ["data", "foundation", "catalog"];

const LIST_BATCHES: Operation = repeatable(API, "listBatches");
const GET_BATCH: Operation = repeatable(API, "getBatch");
const LIST_DATASETS: Operation = repeatable(API, "listDatasets");
const GET_DATASET: Operation = repeatable(API, "getDataset");
const CREATE_DATASET: Operation = once(API, "createDataset");
const DELETE_DATASET: Operation = repeatable(API, "deleteDataset");

/// Entries in one page, at most.
pub(crate) const PAGE: u64 = 100;

/// `GET /batches`
pub(crate) async fn batches(client: &Client, query: Query<'_>) -> Result<Object> {
    let value = get(
        client,
        LIST_BATCHES,
        "list batches",
        &[BASE[0], BASE[1], BASE[2], "batches"],
        query,
    )
    .await?;
    object(value, LIST_BATCHES.id)
}

/// `GET /batches/{id}`; none if there is no such batch.
pub(crate) async fn batch(client: &Client, id: &BatchId) -> Result<Option<Value>> {
    let path = [BASE[0], BASE[1], BASE[2], "batches", id.as_str()];
    one(
        get(client, GET_BATCH, "read the batch", &path, &[]).await,
        id.as_str(),
        GET_BATCH.id,
    )
}

/// `GET /dataSets`
pub(crate) async fn datasets(client: &Client, query: Query<'_>) -> Result<Object> {
    let value = get(
        client,
        LIST_DATASETS,
        "list datasets",
        &[BASE[0], BASE[1], BASE[2], "dataSets"],
        query,
    )
    .await?;
    object(value, LIST_DATASETS.id)
}

/// `GET /dataSets/{id}`; none if there is no such dataset.
pub(crate) async fn dataset(client: &Client, id: &DatasetId) -> Result<Option<Value>> {
    let path = [BASE[0], BASE[1], BASE[2], "dataSets", id.as_str()];
    one(
        get(client, GET_DATASET, "read the dataset", &path, &[]).await,
        id.as_str(),
        GET_DATASET.id,
    )
}

/// `POST /dataSets`; answers the id.
pub(crate) async fn create_dataset(client: &Client, body: &Value) -> Result<DatasetId> {
    let url = client.url(&[BASE[0], BASE[1], BASE[2], "dataSets"])?;
    let request = Request::new(CREATE_DATASET, Method::POST, url)
        .doing("create a dataset")
        .json(body)?;
    let written = answer(client, request).await?;
    let path = written.get(0).and_then(Value::as_str).unwrap_or_default();
    path.rsplit('/')
        .next()
        .filter(|id| !id.is_empty())
        .map_or_else(
            || {
                Err(Error::new(ErrorKind::Protocol, "understand the answer")
                    .with("operation", CREATE_DATASET.id))
            },
            DatasetId::new,
        )
}

/// `DELETE /dataSets/{id}`
pub(crate) async fn delete_dataset(client: &Client, id: &DatasetId) -> Result<()> {
    let url = client.url(&[BASE[0], BASE[1], BASE[2], "dataSets", id.as_str()])?;
    client
        .send(
            Request::new(DELETE_DATASET, Method::DELETE, url)
                .doing("delete the dataset")
                .about("dataset", id),
        )
        .await?;
    Ok(())
}

/// The entry of a single object: Catalog keys even those by id, answers 404 or nothing for one that is missing.
fn one(answer: Result<Value>, id: &str, operation: &'static str) -> Result<Option<Value>> {
    let mut map = match answer {
        Ok(value) => object(value, operation)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if let Some(found) = map.remove(id) {
        return Ok(Some(found));
    }
    let only = if map.len() == 1 {
        map.into_iter().next()
    } else {
        None
    };
    Ok(only.map(|(_, value)| value).filter(Value::is_object))
}
