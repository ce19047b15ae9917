//! Sandbox management, `/data/foundation/sandbox-management`.
//!
//! The one request that is written by hand: Adobe's document gives the list of usable sandboxes no parameters, so the
//! generated method has none, but the answers come in pages.

use aep_core::transport::JSON_BYTES;
use aep_core::{Client, Operation, Request, Result, Safety};
use http::Method;

use super::{Object, object};

const LIST: Operation = Operation {
    api: "sandbox",
    id: "listAvailableSandboxes",
    safety: Safety::Repeatable,
};

/// `GET /`: the sandboxes that the caller may use.
pub(crate) async fn list(client: &Client, limit: u64, offset: u64) -> Result<Object> {
    let mut url = client.url(&["data", "foundation", "sandbox-management"])?;
    // the service has its list at `/`, with the slash
    url.set_path(&format!("{}/", url.path()));
    let request = Request::new(LIST, Method::GET, url)
        .doing("list sandboxes")
        .accept("application/json")
        .query(&[("limit", limit.to_string()), ("offset", offset.to_string())])
        .without_sandbox()
        .buffered(JSON_BYTES)
        .expecting_json();
    object(client.send(request).await?.json().await?, LIST.id)
}
