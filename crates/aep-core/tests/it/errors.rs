//! Errors as people see them.

use std::error::Error as _;

use aep_core::ErrorKind;

use crate::server::{Reply, Server};
use crate::{client, get, post};

/// No line of a chain says what another one says.
fn says_nothing_twice(error: &aep_core::Error) {
    let texts: Vec<String> = error.chain().map(ToString::to_string).collect();
    for (n, text) in texts.iter().enumerate() {
        assert!(!text.is_empty());
        for (m, other) in texts.iter().enumerate() {
            assert!(
                n == m || !other.contains(text.as_str()),
                "`{text}` is said twice: {texts:#?}"
            );
        }
    }
}

#[tokio::test]
async fn a_chain_says_nothing_twice() {
    let flow = r#"{"type":"https://ns.adobe.com/aep/errors/FLOW-1439-404","title":"Resource not found","status":404,
        "report":{"detailed-message":"Resource not found","request-id":"r"},"errorMessage":"Resource not found"}"#;
    for reply in [
        Reply::status(404),
        Reply::json(404, flow),
        Reply::status(503),
        Reply::json(500, r#"{"message":"Internal Server Error"}"#),
        Reply::status(429).with("Retry-After", "9999"),
        Reply::Drop,
        Reply::Half(200, b"{".to_vec()),
        Reply::Raw(b"nonsense\r\n\r\n".to_vec()),
        Reply::json(200, "nonsense"),
        Reply::status(302).with("Location", "http://example.com"),
    ] {
        let server = Server::replies(vec![reply.clone()]).await;
        let client = client(&server);
        let results = [
            client.fetch_json::<Vec<u8>>(get(&client)).await.map(drop),
            client.fetch_json::<Vec<u8>>(post(&client)).await.map(drop),
        ];
        for result in results {
            let error = result.expect_err(&format!("{reply:?}"));
            says_nothing_twice(&error);
            assert!(error.source().is_some(), "{error:?}");
            says_nothing_twice(&error.while_doing("ingest the files"));
        }
    }
}

#[tokio::test]
async fn an_error_has_all_that_support_asks_for() {
    let body = r#"{"type":"https://ns.adobe.com/aep/errors/FLOW-1404-412","title":"Version not matching","status":412}"#;
    let server = Server::replies(vec![Reply::json(412, body).with("x-request-id", "abc-1")]).await;
    let client = client(&server);
    let error = client
        .send(get(&client).about("flow", "f-1"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.attempts()),
        (ErrorKind::Conflict, Some(412), 1)
    );
    assert_eq!(error.request_id(), Some("abc-1"));
    assert_eq!(
        error.report().to_string(),
        "could not read the thing, flow `f-1`\n  caused by: 412 Precondition Failed, FLOW-1404-412 Version not matching \
         (request id abc-1)\nhint: somebody changed the object since it was read: read it again and repeat the change \
         with its new etag"
    );
}

#[tokio::test]
async fn giving_up_says_after_how_many_attempts() {
    let server = Server::replies(vec![Reply::json(
        429,
        r#"{"error_code":"429050","message":"Too many requests"}"#,
    )])
    .await;
    let client = client(&server);
    let error = client.send(get(&client)).await.unwrap_err();
    let report = error.report().to_string();
    assert!(
        report.contains("caused by: gave up after 101 attempts in "),
        "{report}"
    );
    assert!(
        report.contains("429 Too Many Requests, 429050 Too many requests (request id"),
        "{report}"
    );
}

#[tokio::test]
async fn html_means_that_there_is_no_such_route() {
    let body =
        "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body>nginx</body></html>";
    let html = Reply::Answer(404, vec![("Content-Type", "text/html".into())], body.into());
    let server = Server::replies(vec![html]).await;
    let client = client(&server);
    let error = client.send(get(&client)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint_text().unwrap().contains("no such route"));
    let cause = error.chain().nth(1).unwrap().to_string();
    assert!(cause.starts_with("404 Not Found (request id"), "{cause}");
}
