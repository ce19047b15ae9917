//! Schema Registry, `/data/foundation/schemaregistry`.

use aep_core::{Client, Operation, Request, Result, SchemaId};
use http::Method;
use serde_json::Value;

use super::{Object, Query, answer, object, once, repeatable};

const API: &str = "schema-registry";
const BASE: [&str; 3] = ["data", "foundation", "schemaregistry"];

const LIST: Operation = repeatable(API, "listSchemas");
const GET: Operation = repeatable(API, "getSchema");
const CREATE: Operation = once(API, "createSchema");
const SAMPLE: Operation = repeatable(API, "getSampleData");

/// `GET /{container}/schemas`
pub(crate) async fn list(client: &Client, container: &str, query: Query<'_>) -> Result<Object> {
    let url = client.url(&[BASE[0], BASE[1], BASE[2], container, "schemas"])?;
    let request = Request::new(LIST, Method::GET, url)
        .doing("list schemas")
        .accept("application/vnd.adobe.xed-id+json")
        .query(query);
    object(answer(client, request).await?, LIST.id)
}

/// `GET /{container}/schemas/{id}` in the form that `accept` asks for.
pub(crate) async fn get(
    client: &Client,
    container: &str,
    id: &SchemaId,
    accept: &'static str,
) -> Result<Value> {
    let url = client.url(&[BASE[0], BASE[1], BASE[2], container, "schemas", id.as_str()])?;
    answer(
        client,
        Request::new(GET, Method::GET, url)
            .doing("read the schema")
            .about("schema", id)
            .accept(accept),
    )
    .await
}

/// `POST /tenant/schemas`
pub(crate) async fn create(client: &Client, body: &Value) -> Result<Value> {
    let url = client.url(&[BASE[0], BASE[1], BASE[2], "tenant", "schemas"])?;
    answer(
        client,
        Request::new(CREATE, Method::POST, url)
            .doing("create a schema")
            .json(body)?,
    )
    .await
}

/// `GET /rpc/sampledata/{id}`
pub(crate) async fn sample(client: &Client, id: &SchemaId) -> Result<Value> {
    let url = client.url(&[BASE[0], BASE[1], BASE[2], "rpc", "sampledata", id.as_str()])?;
    let request = Request::new(SAMPLE, Method::GET, url)
        .doing("make sample data")
        .about("schema", id)
        .accept("application/vnd.adobe.xed+json; version=1");
    answer(client, request).await
}
