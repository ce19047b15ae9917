//! The little that is asked of Catalog.

use aep_core::{Client, DatasetId, Error, ErrorKind, Result};
use aep_gen::catalog::{self, ListDatasetsOptions, RetrieveDatasetOptions};
use aep_gen::finish;
use serde_json::Value;

/// Entries in one page, at most.
const PAGE: usize = 100;

/// The name of a dataset; none if there is no such dataset.
pub(super) async fn name(client: &Client, id: &DatasetId) -> Result<Option<String>> {
    let options = RetrieveDatasetOptions::default();
    let answer = Box::pin(catalog::client(client).retrieve_dataset(id.as_str(), options)).await;
    let map = match finish(answer) {
        Ok(map) => map,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.rephrase("read the dataset").with("dataset", id)),
    };
    let Some((_, dataset)) = map.into_first() else {
        return Ok(None);
    };
    let dataset = serde_json::to_value(dataset).unwrap_or_default();
    Ok(dataset["name"].as_str().map(str::to_owned))
}

/// The ids of the datasets of this name.
pub(super) async fn named(client: &Client, name: &str) -> Result<Vec<DatasetId>> {
    // Catalog reads these as alternatives, wildcards and negation: such a name can't be asked for
    let plain = !name.is_empty() && !name.starts_with('!') && !name.contains([',', '*']);
    let mut found = Vec::new();
    let mut start = 0;
    loop {
        let options = ListDatasetsOptions {
            limit: Some(i64::try_from(PAGE).unwrap_or(i64::MAX)),
            start: Some(i64::try_from(start).unwrap_or(i64::MAX)),
            properties: Some("name"),
            name: plain.then_some(name),
            ..ListDatasetsOptions::default()
        };
        let answer = Box::pin(catalog::client(client).list_datasets(options)).await;
        let map = finish(answer).map_err(|error| error.rephrase("list datasets"))?;
        let count = map.len();
        for (id, dataset) in map {
            let dataset: Value = serde_json::to_value(dataset).map_err(|error| {
                Error::new(ErrorKind::Protocol, "read a dataset").because(error)
            })?;
            if dataset["name"] == name {
                found.push(DatasetId::new(id)?);
            }
        }
        start += count;
        if count < PAGE {
            return Ok(found);
        }
    }
}
