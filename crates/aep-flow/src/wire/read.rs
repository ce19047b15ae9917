//! Single objects.

use aep_core::{Client, Result};
use aep_gen::{finish, flow_service};
use serde_json::Value;

use super::Kind;
use super::listed::single;

/// `GET /{kind}/{id}`; none if the list of one is empty.
pub(crate) async fn get(client: &Client, kind: Kind, id: &str) -> Result<Option<Value>> {
    let api = flow_service::client(client);
    let answer = match kind {
        Kind::Connection => Box::pin(api.get_connection(id)).await,
        Kind::Source => Box::pin(api.get_source_connection(id)).await,
        Kind::Target => Box::pin(api.get_target_connection(id)).await,
        Kind::Flow => Box::pin(api.get_flow(id)).await,
        Kind::Run => Box::pin(api.get_run(id)).await,
    };
    finish(answer)
        .map(single)
        .map_err(|error| error.rephrase(format!("read the {}", kind.word())))
}
