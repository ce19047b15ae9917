//! Calls as a guide prints them, without the library.

use aep_core::http::{HeaderMap, HeaderName, HeaderValue, Method};
use aep_core::{Client, Operation, Request, Response, Result, Safety};
use serde_json::Value;

/// Sends a request to `path`, which may have a query, with the headers that every guide asks for.
pub(crate) async fn call(
    client: &Client,
    method: Method,
    path: &str,
    headers: &[(&'static str, &str)],
    body: Vec<u8>,
) -> Result<Response> {
    let url = client.settings().base_url.join(path).unwrap();
    let operation = Operation {
        api: "guide",
        id: "call",
        safety: Safety::NotRepeatable,
    };
    let mut request = Request::new(operation, method, url).doing("follow the guide");
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        all.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    for (name, value) in &all {
        request = request.header(name.clone(), value.clone());
    }
    if !body.is_empty() {
        request = request.body(body.into());
    }
    client.send(request).await
}

pub(crate) async fn get(client: &Client, path: &str) -> Value {
    let answer = call(client, Method::GET, path, &[], Vec::new()).await;
    answer.unwrap().json().await.unwrap()
}
