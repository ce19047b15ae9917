//! Sandbox management, `/data/foundation/sandbox-management`.

use aep_core::{Client, Operation, Request, Result};
use http::Method;

use super::{Object, Query, answer, object, repeatable};

const LIST: Operation = repeatable("sandbox", "listActiveSandboxes");

/// `GET /`: the sandboxes that the caller may use.
pub(crate) async fn list(client: &Client, query: Query<'_>) -> Result<Object> {
    let mut url = client.url(&["data", "foundation", "sandbox-management"])?;
    // the service has its list at `/`, with the slash
    url.set_path(&format!("{}/", url.path()));
    let request = Request::new(LIST, Method::GET, url)
        .doing("list sandboxes")
        .accept("application/json")
        .query(query)
        .without_sandbox();
    object(answer(client, request).await?, LIST.id)
}
