//! The calls of Data Prep, `/data/foundation/conversion`, one function each.

use aep_core::transport::JSON_BYTES;
use aep_core::{Client, Operation, Request, Result, Safety};
use http::Method;
use serde_json::Value;

use super::MappingSetId;

fn call(
    client: &Client,
    id: &'static str,
    safety: Safety,
    method: Method,
    path: &[&str],
) -> Result<Request> {
    let segments: Vec<&str> = ["data", "foundation", "conversion", "mappingSets"]
        .iter()
        .chain(path)
        .copied()
        .collect();
    let operation = Operation {
        api: "data-prep",
        id,
        safety,
    };
    Ok(Request::new(operation, method, client.url(&segments)?).buffered(JSON_BYTES))
}

/// `GET /mappingSets`
pub(super) async fn list(
    client: &Client,
    limit: u64,
    start: u64,
    name: Option<&str>,
    order: Option<&str>,
) -> Result<Value> {
    let read = Safety::Repeatable;
    let mut request = call(client, "listMappingSets", read, Method::GET, &[])?
        .doing("list mapping sets")
        .query(&[("limit", limit.to_string()), ("start", start.to_string())]);
    for (key, value) in [("name", name), ("orderBy", order)] {
        if let Some(value) = value {
            request = request.query(&[(key, value)]);
        }
    }
    client.fetch_json(request).await
}

/// `GET /mappingSets/{id}`
pub(super) async fn get(client: &Client, id: &MappingSetId, version: Option<u64>) -> Result<Value> {
    let read = Safety::Repeatable;
    let mut request = call(
        client,
        "retrieveMappingSet",
        read,
        Method::GET,
        &[id.as_str()],
    )?
    .doing("read the mapping set")
    .about("mapping set", id);
    if let Some(version) = version {
        let version = version.to_string();
        request = request
            .about("version", &version)
            .query(&[("version", version)]);
    }
    client.fetch_json(request).await
}

/// `POST /mappingSets`
pub(super) async fn create(client: &Client, body: &Value) -> Result<Value> {
    let once = Safety::NotRepeatable;
    let request = call(client, "createMappingSet", once, Method::POST, &[])?
        .doing("create a mapping set")
        .json(body)?;
    client.fetch_json(request).await
}

/// `POST /mappingSets/validate`
pub(super) async fn validate(client: &Client, body: &Value) -> Result<Value> {
    let read = Safety::Repeatable;
    let request = call(
        client,
        "validateMappingSet",
        read,
        Method::POST,
        &["validate"],
    )?
    .doing("check a mapping set")
    .read_only()
    .json(body)?;
    client.fetch_json(request).await
}

/// `POST /mappingSets/preview`
pub(super) async fn preview(client: &Client, body: &Value) -> Result<Value> {
    let read = Safety::Repeatable;
    let request = call(
        client,
        "previewMappingSet",
        read,
        Method::POST,
        &["preview"],
    )?
    .doing("try a mapping set")
    .read_only()
    .json(body)?;
    client.fetch_json(request).await
}
