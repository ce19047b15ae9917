//! The calls of the services, one function each: names and values in, JSON out. What an answer means is decided by the
//! folder of the noun, not here.

pub(crate) mod access;
pub(crate) mod catalog;
pub(crate) mod import;
mod json;
pub(crate) mod registry;
pub(crate) mod sandbox;

use aep_core::transport::JSON_BYTES;
use aep_core::{Client, Operation, Request, Result, Safety};
use http::Method;
use serde_json::Value;

pub(crate) use self::json::{Object, number, object, text};

/// Parameters of an address.
pub(crate) type Query<'a> = &'a [(&'a str, &'a str)];

/// Reads, or changes something in a way that a second time has no further effect.
pub(crate) const fn repeatable(api: &'static str, id: &'static str) -> Operation {
    Operation {
        api,
        id,
        safety: Safety::Repeatable,
    }
}

pub(crate) const fn once(api: &'static str, id: &'static str) -> Operation {
    Operation {
        api,
        id,
        safety: Safety::NotRepeatable,
    }
}

/// A request whose answer is JSON, read before the call counts as done, so that half an answer is asked for again.
pub(crate) async fn answer(client: &Client, request: Request) -> Result<Value> {
    client
        .send(request.buffered(JSON_BYTES))
        .await?
        .json()
        .await
}

/// A GET whose answer is JSON.
pub(crate) async fn get(
    client: &Client,
    operation: Operation,
    doing: &str,
    path: &[&str],
    query: Query<'_>,
) -> Result<Value> {
    let request = Request::new(operation, Method::GET, client.url(path)?)
        .doing(doing)
        .query(query);
    answer(client, request).await
}
