//! Datasets, as far as flows are concerned. Catalog answers objects keyed by id.

use aep_core::{Client, DatasetId, Error, ErrorKind, Result, SchemaId};
use aep_gen::catalog::types::DataSetRequest;
use aep_gen::catalog::{self, CreateDatasetOptions, ListDatasetsOptions, RetrieveDatasetOptions};
use aep_gen::finish;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A dataset that a flow reads from or writes to. Serialises as the object that Catalog gave, with its `id`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DatasetInfo {
    /// Its id.
    pub id: DatasetId,
    /// Its name; nothing makes it unique.
    pub name: String,
    /// The schema that its rows have.
    pub schema: Option<SchemaId>,
    raw: Map<String, Value>,
}

impl DatasetInfo {
    fn read(id: &str, value: Value) -> Result<Self> {
        let Value::Object(mut raw) = value else {
            return Err(Error::new(ErrorKind::Protocol, "understand a dataset")
                .with("dataset", id)
                .because("it is not an object"));
        };
        if !raw.contains_key("id") {
            raw.shift_insert(0, "id".to_owned(), Value::from(id));
        }
        let schema = raw
            .get("schemaRef")
            .and_then(|schema| schema["id"].as_str());
        let schema = schema.and_then(|id| SchemaId::new(id).ok());
        let name = raw.get("name").and_then(Value::as_str).unwrap_or_default();
        Ok(Self {
            id: DatasetId::new(id)?,
            name: name.to_owned(),
            schema,
            raw,
        })
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &Map<String, Value> {
        &self.raw
    }
}

impl Serialize for DatasetInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// The fields that a [`DatasetInfo`] is read from. Without a projection a list can be gigabytes.
const PROPERTIES: &str = "name,description,created,updated,schemaRef,state";

/// The dataset with this id; none if there is no such one.
pub(crate) async fn look(client: &Client, id: &DatasetId) -> Result<Option<DatasetInfo>> {
    let options = RetrieveDatasetOptions::default();
    let answer = Box::pin(catalog::client(client).retrieve_dataset(id.as_str(), options)).await;
    match finish(answer) {
        Ok(map) => map
            .into_first()
            .map(|(_, value)| DatasetInfo::read(id.as_str(), plain(&value)?))
            .transpose(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.rephrase("read the dataset").with("dataset", id)),
    }
}

/// All datasets of this name.
pub(crate) async fn named(client: &Client, name: &str) -> Result<Vec<DatasetInfo>> {
    matching(client, name, PROPERTIES).await
}

/// The ids of all datasets of this name.
pub(crate) async fn ids_named(client: &Client, name: &str) -> Result<Vec<DatasetId>> {
    let found = matching(client, name, "name").await?;
    Ok(found.into_iter().map(|dataset| dataset.id).collect())
}

async fn matching(client: &Client, name: &str, properties: &str) -> Result<Vec<DatasetInfo>> {
    const PAGE: i64 = 100;
    // a comma separates alternatives, `!` negates, `*` stands for anything
    let plainly = !name.is_empty() && !name.starts_with('!') && !name.contains([',', '*']);
    let mut found = Vec::new();
    let mut start = 0;
    loop {
        let options = ListDatasetsOptions {
            limit: Some(PAGE),
            start: Some(start),
            properties: Some(properties),
            name: plainly.then_some(name),
            ..ListDatasetsOptions::default()
        };
        let answer = Box::pin(catalog::client(client).list_datasets(options)).await;
        let map = finish(answer).map_err(|error| error.rephrase("list datasets"))?;
        let count = i64::try_from(map.len()).unwrap_or(PAGE);
        for (id, value) in map.iter() {
            let dataset = DatasetInfo::read(id, plain(value)?)?;
            if dataset.name == name {
                found.push(dataset);
            }
        }
        if count < PAGE {
            return Ok(found);
        }
        start += count;
    }
}

/// The dataset with this id or name.
pub(crate) async fn find(client: &Client, id_or_name: &str) -> Result<DatasetInfo> {
    if is_id(id_or_name) {
        match look(client, &DatasetId::new(id_or_name)?).await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            // a name that only looks like an id
            Err(error) if error.status() == Some(400) => {}
            Err(error) => return Err(error),
        }
    }
    let mut found = named(client, id_or_name).await?;
    match found.len() {
        0 => Err(missing(id_or_name)),
        1 => Ok(found.remove(0)),
        several => {
            let ids: Vec<&str> = found.iter().map(|dataset| dataset.id.as_str()).collect();
            Err(Error::new(
                ErrorKind::Usage,
                "tell the dataset from others of the same name",
            )
            .with("dataset", id_or_name)
            .because(format!("{several} datasets have this name"))
            .hint(format!("give one of these ids: {}", ids.join(", "))))
        }
    }
}

/// `POST /dataSets`; answers the id.
pub(crate) async fn create(client: &Client, body: Value) -> Result<DatasetId> {
    let doing = "create the dataset";
    let body: DataSetRequest = serde_json::from_value(body)
        .map_err(|error| Error::new(ErrorKind::Usage, doing).because(error))?;
    let options = CreateDatasetOptions::default();
    let answer = Box::pin(catalog::client(client).create_dataset(options, &body)).await;
    let written = finish(answer).map_err(|error| error.rephrase(doing))?;
    let path = written.first().map(String::as_str).unwrap_or_default();
    match path.rsplit('/').next().filter(|id| !id.is_empty()) {
        Some(id) => DatasetId::new(id),
        None => Err(Error::new(ErrorKind::Protocol, doing).because("the answer does not name it")),
    }
}

/// `DELETE /dataSets/{id}`
pub(crate) async fn delete(client: &Client, id: &DatasetId) -> Result<()> {
    let answer = Box::pin(catalog::client(client).delete_dataset(id.as_str())).await;
    finish(answer)
        .map(drop)
        .map_err(|error| error.rephrase("delete the dataset").with("dataset", id))
}

fn missing(dataset: &str) -> Error {
    Error::new(ErrorKind::NotFound, "find the dataset")
        .with("dataset", dataset)
        .hint("`aep dataset list` shows the datasets of the sandbox")
}

/// 24 hexadecimal digits today; something as long without a space may be an id of tomorrow, and asking costs little.
fn is_id(text: &str) -> bool {
    (20..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn plain(answer: &impl Serialize) -> Result<Value> {
    serde_json::to_value(answer)
        .map_err(|error| Error::new(ErrorKind::Protocol, "read an answer").because(error))
}
