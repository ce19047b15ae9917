//! aep-core against real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    clippy::format_push_string,
    reason = "tests"
)]

mod bodies;
mod config;
mod errors;
mod import;
mod proxy;
mod redirects;
mod retry;
mod secrets;
mod server;
mod timeouts;
mod tls;
mod tokens;

use std::time::Duration;

use aep_core::transport::Jitter;
use aep_core::{Client, Operation, Request, Safety, Settings};
use http::Method;
use url::Url;

use crate::server::Server;

/// A read.
pub(crate) const READ: Operation = Operation {
    api: "catalog",
    id: "listBatches",
    safety: Safety::Repeatable,
};

/// A create.
pub(crate) const CREATE: Operation = Operation {
    api: "batch-ingestion",
    id: "createBatch",
    safety: Safety::NotRepeatable,
};

/// Settings for a test server: short patience, no wait between attempts.
pub(crate) fn settings(url: &Url) -> Settings {
    let mut settings = Settings::local(url.clone());
    settings.timeouts.retry = Duration::from_secs(30);
    settings
}

/// A client that does not wait between attempts.
pub(crate) fn client_of(settings: Settings) -> Client {
    Client::builder(settings)
        .jitter(Jitter::new(|_| Duration::ZERO))
        .build()
        .unwrap()
}

/// A client for this server.
pub(crate) fn client(server: &Server) -> Client {
    client_of(settings(&server.url()))
}

/// A GET of `/thing`.
pub(crate) fn get(client: &Client) -> Request {
    Request::new(READ, Method::GET, client.url(&["thing"]).unwrap()).doing("read the thing")
}

/// A POST to `/thing`.
pub(crate) fn post(client: &Client) -> Request {
    Request::new(CREATE, Method::POST, client.url(&["thing"]).unwrap())
        .doing("create the thing")
        .json(&serde_json::json!({"name": "a"}))
        .unwrap()
}
