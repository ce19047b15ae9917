//! Making, changing and deleting.

use aep_core::{Client, Error, ErrorKind, Result};
use aep_gen::finish;
use aep_gen::flow_service::types::{Mode, PatchOperation, PatchOperationOp};
use aep_gen::flow_service::{
    self, CreateConnectionOptions, CreateFlowOptions, CreateSourceConnectionOptions,
    CreateTargetConnectionOptions,
};
use serde_json::Value;

use super::{Kind, plain};
use crate::patch::PatchOp;

/// `POST /{kind}`
pub(crate) async fn create(
    client: &Client,
    kind: Kind,
    body: &Value,
    draft: bool,
) -> Result<Value> {
    let api = flow_service::client(client);
    let mode = draft.then_some(Mode::Draft);
    let answer = match kind {
        Kind::Connection => {
            finish(Box::pin(api.create_connection(CreateConnectionOptions { mode }, body)).await)
        }
        Kind::Source => {
            let options = CreateSourceConnectionOptions { mode };
            finish(Box::pin(api.create_source_connection(options, body)).await)
        }
        Kind::Target => {
            let options = CreateTargetConnectionOptions { mode };
            finish(Box::pin(api.create_target_connection(options, body)).await)
        }
        Kind::Flow => finish(Box::pin(api.create_flow(CreateFlowOptions { mode }, body)).await),
        Kind::Run => {
            return finish(Box::pin(api.create_run(body)).await)
                .map_err(|error| error.rephrase("start a run"));
        }
    };
    plain(&answer.map_err(|error| error.rephrase(format!("create a {}", kind.word())))?)
}

/// `PATCH /{kind}/{id}`
pub(crate) async fn update(
    client: &Client,
    kind: Kind,
    id: &str,
    etag: &str,
    operations: &[PatchOp],
) -> Result<Value> {
    let api = flow_service::client(client);
    let operations: Vec<PatchOperation> = operations.iter().map(operation).collect();
    let answer = match kind {
        Kind::Connection => Box::pin(api.update_connection(id, etag, &operations)).await,
        Kind::Source => Box::pin(api.update_source_connection(id, etag, &operations)).await,
        Kind::Target => Box::pin(api.update_target_connection(id, etag, &operations)).await,
        Kind::Flow => Box::pin(api.update_flow(id, etag, &operations)).await,
        Kind::Run => {
            return Err(Error::new(ErrorKind::Usage, "change the run")
                .because("the service does not let runs be changed"));
        }
    };
    finish(answer).map_err(|error| error.rephrase(format!("change the {}", kind.word())))
}

fn operation(operation: &PatchOp) -> PatchOperation {
    PatchOperation {
        op: match operation.op() {
            "add" => PatchOperationOp::Add,
            "remove" => PatchOperationOp::Remove,
            _ => PatchOperationOp::Replace,
        },
        path: operation.path().to_owned(),
        value: operation.value().cloned(),
        extra: serde_json::Map::new(),
    }
}

/// `DELETE /{kind}/{id}`
pub(crate) async fn delete(client: &Client, kind: Kind, id: &str) -> Result<()> {
    let api = flow_service::client(client);
    let answer = match kind {
        Kind::Connection => Box::pin(api.delete_connection(id)).await,
        Kind::Source => Box::pin(api.delete_source_connection(id)).await,
        Kind::Target => Box::pin(api.delete_target_connection(id)).await,
        Kind::Flow => Box::pin(api.delete_flow(id)).await,
        Kind::Run => {
            return Err(Error::new(ErrorKind::Usage, "delete the run")
                .because("the service does not let runs be deleted"));
        }
    };
    finish(answer).map_err(|error| error.rephrase(format!("delete the {}", kind.word())))
}
