//! The call of the service that runs exports on demand, `/data/core/activation/disflowprovider`.

use aep_core::{Client, Result};
use aep_gen::ad_hoc_activation;
use aep_gen::finish;
use serde_json::Value;

/// Without it the service takes the body for one of audiences.
const ACCEPT: &str = "application/vnd.adobe.adhoc.dataset.activation+json; version=1";

/// `POST /adhocrun`
pub(super) async fn run(client: &Client, body: &Value) -> Result<Value> {
    let api = ad_hoc_activation::client(client);
    let answer = Box::pin(api.run_adhoc_activation(ACCEPT, body)).await;
    finish(answer).map_err(|error| error.rephrase("export datasets now"))
}
