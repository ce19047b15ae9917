//! Any path: written by hand, because no document knows it.

use aep_core::transport::JSON_BYTES;
use aep_core::{Client, Operation, Request, Result, Safety};
use http::Method;
use serde_json::Value;

const READ: Operation = Operation {
    api: "flow-service",
    id: "readResource",
    safety: Safety::Repeatable,
};

/// `GET` of a path: below Flow Service, or of the whole platform if it begins with `data`.
pub(crate) async fn resource(
    client: &Client,
    path: &[&str],
    query: &[(String, String)],
) -> Result<Value> {
    let base: &[&str] = match path.first() {
        Some(&"data") => &[],
        _ => &["data", "foundation", "flowservice"],
    };
    let segments: Vec<&str> = base.iter().chain(path).copied().collect();
    let request = Request::new(READ, Method::GET, client.url(&segments)?)
        .doing("read the resource")
        .about("path", path.join("/"))
        .query(query)
        .buffered(JSON_BYTES)
        .expecting_json();
    client.send(request).await?.json().await
}
