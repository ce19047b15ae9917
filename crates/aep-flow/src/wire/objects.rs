//! Connections, source and target connections, flows and runs: the same verbs for each.

use aep_core::{Client, Result};
use http::Method;
use serde_json::Value;

use super::call::Call;
use crate::json::{Object, object};

/// The sorts of objects that Flow Service stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Connection,
    Source,
    Target,
    Flow,
    Run,
}

impl Kind {
    /// The word for one of them.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Source => "source connection",
            Self::Target => "target connection",
            Self::Flow => "flow",
            Self::Run => "run",
        }
    }

    /// The command that lists them.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Source => "source",
            Self::Target => "target",
            Self::Flow => "flow",
            Self::Run => "run",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Connection => "connections",
            Self::Source => "sourceConnections",
            Self::Target => "targetConnections",
            Self::Flow => "flows",
            Self::Run => "runs",
        }
    }
}

/// What a list is asked with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ListQuery<'a> {
    pub(crate) property: &'a [String],
    pub(crate) limit: Option<u64>,
    pub(crate) order_by: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
}

/// `GET /{kind}`
pub(crate) async fn list(client: &Client, kind: Kind, query: ListQuery<'_>) -> Result<Object> {
    let limit = query.limit.map(|limit| limit.to_string());
    let answer = Call::new(client, "list", Method::GET, &[kind.path()])?
        .all("property", query.property)
        .query("limit", limit.as_deref())
        .query("orderby", query.order_by)
        .query("continuationToken", query.token)
        .json(client)
        .await?;
    object(answer, "a list")
}

/// `GET /{kind}?count=true`
pub(crate) async fn count(client: &Client, kind: Kind, property: &[String]) -> Result<Object> {
    let answer = Call::new(client, "count", Method::GET, &[kind.path()])?
        .all("property", property)
        .query("count", Some("true"))
        .json(client)
        .await?;
    object(answer, "a count")
}

/// `GET /{kind}/{id}`
pub(crate) async fn get(client: &Client, kind: Kind, id: &str) -> Result<Value> {
    Call::new(client, "get", Method::GET, &[kind.path(), id])?
        .json(client)
        .await
}

/// `POST /{kind}`
pub(crate) async fn create(
    client: &Client,
    kind: Kind,
    body: &Value,
    draft: bool,
) -> Result<Value> {
    Call::new(client, "create", Method::POST, &[kind.path()])?
        .query("mode", draft.then_some("draft"))
        .body(body)?
        .json(client)
        .await
}

/// `PATCH /{kind}/{id}`
pub(crate) async fn update(
    client: &Client,
    kind: Kind,
    id: &str,
    etag: &str,
    operations: &Value,
) -> Result<Value> {
    Call::new(client, "update", Method::PATCH, &[kind.path(), id])?
        .if_match(etag)?
        .body(operations)?
        .json(client)
        .await
}

/// `DELETE /{kind}/{id}`
pub(crate) async fn delete(client: &Client, kind: Kind, id: &str) -> Result<()> {
    Call::new(client, "delete", Method::DELETE, &[kind.path(), id])?
        .json(client)
        .await
        .map(drop)
}

/// `POST /{kind}/{id}/action`
pub(crate) async fn action(client: &Client, kind: Kind, id: &str, op: &str) -> Result<Value> {
    Call::new(client, "action", Method::POST, &[kind.path(), id, "action"])?
        .query("op", Some(op))
        .json(client)
        .await
}

/// `POST /{path}/search`
pub(crate) async fn search(
    client: &Client,
    path: &'static str,
    token: Option<&str>,
    body: &Value,
) -> Result<Object> {
    let answer = Call::reads(client, "search", &[path, "search"])?
        .query("continuationToken", token)
        .body(body)?
        .json(client)
        .await?;
    object(answer, "a list")
}
