//! Catalog, `/data/foundation/catalog`. Answers are objects keyed by id whose key order is the sort order.

use aep_core::{BatchId, Client, DatasetId, Error, ErrorKind, Result};
use aep_gen::catalog::{self, CreateDatasetOptions, RetrieveBatchOptions, RetrieveDatasetOptions};
use aep_gen::{Keyed, finish};
use serde::Serialize;
use serde_json::Value;

use super::plain;

pub(crate) use aep_gen::catalog::types::{DataSetRequest, FileDescription, SchemaRefRequest};
pub(crate) use aep_gen::catalog::{
    ListBatchesOptions, ListDatasetViewFilesOptions, ListDatasetsOptions, ListLastBatchesOptions,
};

/// Entries in one page, at most.
pub(crate) const PAGE: u64 = aep_core::limits::CATALOG_PAGE;

/// Objects by id, in the order of the answer.
pub(crate) type Entries = Vec<(String, Value)>;

/// `GET /batches`
pub(crate) async fn batches(client: &Client, options: ListBatchesOptions<'_>) -> Result<Entries> {
    let answer = Box::pin(catalog::client(client).list_batches(options)).await;
    entries(&finish(answer).map_err(|error| error.rephrase("list batches"))?)
}

/// `GET /lastBatches`
pub(crate) async fn last_batches(
    client: &Client,
    options: ListLastBatchesOptions<'_>,
) -> Result<Entries> {
    let answer = Box::pin(catalog::client(client).list_last_batches(options)).await;
    entries(&finish(answer).map_err(|error| error.rephrase("list the newest batches"))?)
}

/// `GET /batches/{id}`; none if there is no such batch.
pub(crate) async fn batch(client: &Client, id: &BatchId) -> Result<Option<Value>> {
    let answer = Box::pin(
        catalog::client(client).retrieve_batch(id.as_str(), RetrieveBatchOptions::default()),
    )
    .await;
    one(
        finish(answer).map_err(|error| error.rephrase("read the batch").with("batch", id)),
        id.as_str(),
    )
}

/// `GET /dataSets`
pub(crate) async fn datasets(client: &Client, options: ListDatasetsOptions<'_>) -> Result<Entries> {
    let answer = Box::pin(catalog::client(client).list_datasets(options)).await;
    entries(&finish(answer).map_err(|error| error.rephrase("list datasets"))?)
}

/// `GET /dataSets/{id}`; none if there is no such dataset.
pub(crate) async fn dataset(client: &Client, id: &DatasetId) -> Result<Option<Value>> {
    let answer = Box::pin(
        catalog::client(client).retrieve_dataset(id.as_str(), RetrieveDatasetOptions::default()),
    )
    .await;
    one(
        finish(answer).map_err(|error| error.rephrase("read the dataset").with("dataset", id)),
        id.as_str(),
    )
}

/// One field of `GET /dataSets/{id}`; none if there is no such dataset.
pub(crate) async fn dataset_field(
    client: &Client,
    id: &DatasetId,
    field: &str,
) -> Result<Option<Value>> {
    let options = RetrieveDatasetOptions {
        properties: Some(field),
        ..RetrieveDatasetOptions::default()
    };
    let answer = Box::pin(catalog::client(client).retrieve_dataset(id.as_str(), options)).await;
    one(
        finish(answer).map_err(|error| error.rephrase("read the dataset").with("dataset", id)),
        id.as_str(),
    )
}

/// `GET /dataSets/{id}/views/{view}/files`
pub(crate) async fn view_files(
    client: &Client,
    id: &DatasetId,
    view: &str,
    options: ListDatasetViewFilesOptions<'_>,
) -> Result<Entries> {
    let catalog = catalog::client(client);
    let answer = Box::pin(catalog.list_dataset_view_files(id.as_str(), view, options)).await;
    entries(&finish(answer).map_err(|error| {
        error
            .rephrase("list the files of the view")
            .with("dataset", id)
    })?)
}

/// `POST /dataSets`; answers the id.
pub(crate) async fn create_dataset(client: &Client, body: &DataSetRequest) -> Result<DatasetId> {
    let answer =
        Box::pin(catalog::client(client).create_dataset(CreateDatasetOptions::default(), body))
            .await;
    let written = finish(answer).map_err(|error| error.rephrase("create a dataset"))?;
    let path = written.first().map(String::as_str).unwrap_or_default();
    path.rsplit('/')
        .next()
        .filter(|id| !id.is_empty())
        .map_or_else(
            || {
                Err(Error::new(ErrorKind::Protocol, "create a dataset")
                    .because("the answer does not name it"))
            },
            DatasetId::new,
        )
}

/// `DELETE /dataSets/{id}`
pub(crate) async fn delete_dataset(client: &Client, id: &DatasetId) -> Result<()> {
    let answer = Box::pin(catalog::client(client).delete_dataset(id.as_str())).await;
    finish(answer)
        .map(drop)
        .map_err(|error| error.rephrase("delete the dataset").with("dataset", id))
}

fn entries<T: Serialize>(map: &Keyed<String, T>) -> Result<Entries> {
    map.iter()
        .map(|(key, value)| Ok((key.clone(), plain(value)?)))
        .collect()
}

/// The entry of a single object: Catalog keys even those by id, and answers 404 or nothing for one that is missing.
fn one<T: Serialize>(answer: Result<Keyed<String, T>>, id: &str) -> Result<Option<Value>> {
    let map = match answer {
        Ok(map) => map,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match map.get(id) {
        Some(value) => plain(value).map(Some),
        None if map.len() == 1 => map.into_first().map(|(_, value)| plain(&value)).transpose(),
        None => Ok(None),
    }
}
