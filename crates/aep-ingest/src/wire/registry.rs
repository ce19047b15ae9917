//! Schema Registry, `/data/foundation/schemaregistry`.

use aep_core::{Client, Result, SchemaId};
use aep_gen::finish;
use aep_gen::schema_registry;
use serde_json::Value;

use super::{Object, object, plain};

pub(crate) use aep_gen::schema_registry::ListSchemasOptions;
pub(crate) use aep_gen::schema_registry::types::Container;

/// Id, title and version of each schema. A list has no version in its media type, a look-up must have one.
const LIST: &str = "application/vnd.adobe.xed-id+json";

const SAMPLE: &str = "application/vnd.adobe.xed+json; version=1";

/// `GET /{container}/schemas`
pub(crate) async fn list(
    client: &Client,
    container: Container,
    options: ListSchemasOptions<'_>,
) -> Result<Object> {
    let answer =
        Box::pin(schema_registry::client(client).list_schemas(container, LIST, options)).await;
    object(
        plain(&finish(answer).map_err(|error| error.rephrase("list schemas"))?)?,
        "listSchemas",
    )
}

/// `GET /{container}/schemas/{id}` in the form that `accept` asks for.
pub(crate) async fn get(
    client: &Client,
    container: Container,
    id: &SchemaId,
    accept: &str,
) -> Result<Value> {
    let answer =
        Box::pin(schema_registry::client(client).retrieve_schema(container, id.as_str(), accept))
            .await;
    finish(answer).map_err(|error| error.rephrase("read the schema").with("schema", id))
}

/// `POST /tenant/schemas`
pub(crate) async fn create(client: &Client, body: &Value) -> Result<Value> {
    let answer = Box::pin(schema_registry::client(client).create_schema(body)).await;
    finish(answer).map_err(|error| error.rephrase("create a schema"))
}

/// `GET /rpc/sampledata/{id}`
pub(crate) async fn sample(client: &Client, id: &SchemaId) -> Result<Value> {
    let answer =
        Box::pin(schema_registry::client(client).retrieve_sample_data(id.as_str(), SAMPLE)).await;
    finish(answer).map_err(|error| error.rephrase("make sample data").with("schema", id))
}
