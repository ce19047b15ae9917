//! Changes of state.

use aep_core::transport::JSON_BYTES;
use aep_core::{Client, Error, ErrorKind, Operation, Request, Result, Safety};
use aep_gen::finish;
use aep_gen::flow_service::types::{ConnectionOp, FlowOp, PublishOp, RunOp};
use aep_gen::flow_service::{self, FlowActionOptions, RunActionOptions};
use http::Method;
use serde_json::Value;

use super::{Kind, plain};

fn read<T: for<'a> TryFrom<&'a str>>(op: &str) -> Result<T> {
    T::try_from(op).map_err(|_| {
        Error::new(ErrorKind::Usage, "change the state")
            .with("action", op)
            .because("there is no such action")
    })
}

/// `POST /{kind}/{id}/action?op={op}`, without a body.
pub(crate) async fn action(client: &Client, kind: Kind, id: &str, op: &str) -> Result<Value> {
    let api = flow_service::client(client);
    let answer = match kind {
        Kind::Connection => {
            let op: ConnectionOp = read(op)?;
            finish(Box::pin(api.connection_action(id, op)).await)
        }
        Kind::Source => {
            let op: PublishOp = read(op)?;
            finish(Box::pin(api.source_connection_action(id, op)).await)
        }
        Kind::Target => {
            let op: PublishOp = read(op)?;
            finish(Box::pin(api.target_connection_action(id, op)).await)
        }
        Kind::Flow => {
            let op: FlowOp = read(op)?;
            finish(Box::pin(api.flow_action(id, op, FlowActionOptions::default())).await)
        }
        Kind::Run => {
            let op: RunOp = read(op)?;
            let answer = Box::pin(api.run_action(id, op, RunActionOptions::default())).await;
            return finish(answer).map_err(|error| error.rephrase("run it again"));
        }
    };
    plain(&answer.map_err(|error| error.rephrase(format!("{op} the {}", kind.word())))?)
}

const CANCEL: Operation = Operation {
    api: "flow-service",
    id: "cancelRun",
    safety: Safety::NotRepeatable,
};

/// `POST /runs/{id}/action?op=cancel`. Written by hand, because no published document has it.
pub(crate) async fn cancel_run(client: &Client, id: &str) -> Result<Value> {
    let url = client.url(&["data", "foundation", "flowservice", "runs", id, "action"])?;
    let request = Request::new(CANCEL, Method::POST, url)
        .doing("cancel the run")
        .query(&[("op", "cancel")])
        .buffered(JSON_BYTES);
    let answer = client.send(request).await?.bytes(JSON_BYTES).await?;
    Ok(serde_json::from_slice(&answer).unwrap_or_default())
}
