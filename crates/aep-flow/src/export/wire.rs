//! The call of the service that runs exports on demand, `/data/core/activation/disflowprovider`.

use aep_core::transport::JSON_BYTES;
use aep_core::{Client, Operation, Request, Result, Safety};
use http::Method;
use serde_json::Value;

/// Without it the service takes the body for one of audiences.
const ACCEPT: &str = "application/vnd.adobe.adhoc.dataset.activation+json; version=1";

const RUN: Operation = Operation {
    api: "ad-hoc-activation",
    id: "runAdhocActivation",
    safety: Safety::NotRepeatable,
};

/// `POST /adhocrun`
pub(super) async fn run(client: &Client, body: &Value) -> Result<Value> {
    let url = client.url(&["data", "core", "activation", "disflowprovider", "adhocrun"])?;
    let request = Request::new(RUN, Method::POST, url)
        .doing("export datasets now")
        .accept(ACCEPT)
        .json(body)?
        .buffered(JSON_BYTES);
    client.fetch_json(request).await
}
