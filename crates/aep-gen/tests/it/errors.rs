//! What comes out when something fails.

use std::error::Error as _;

use aep_core::ErrorKind;
use aep_gen::{catalog, finish};

use crate::server::Server;

#[tokio::test]
async fn an_error_of_the_service_is_carried_through() {
    let body = r#"{"type": "/placeholder/type/uri", "status": 404, "title": "NotFoundError", "detail": "no such batch"}"#;
    let server = Server::start([(404, &[("content-type", "application/json")][..], body)]).await;
    let error = finish(
        catalog::client(&server.core)
            .retrieve_batch("b1", Default::default())
            .await,
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.status(), Some(404));
    assert_eq!(error.request_id(), Some("request-1"));
    assert_eq!(error.attempts(), 1);
    let problem = error.problem().unwrap();
    assert_eq!(problem.title.as_deref(), Some("NotFoundError"));
    assert_eq!(problem.detail.as_deref(), Some("no such batch"));
    assert!(error.to_string().contains("retrieveBatch"), "{error}");
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_names_operation_field_and_request() {
    let server = Server::answering(r#"["@/batches/b1", {"a": 1}]"#).await;
    let made = catalog::client(&server.core).create_batch(&batch()).await;
    let error = finish(made).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(error.status(), Some(200));
    assert_eq!(error.request_id(), Some("request-1"));
    assert_eq!(
        error.to_string(),
        "could not read the answer to createBatch of catalog, field `[1]`"
    );
    let cause = error.source().unwrap().to_string();
    assert!(
        cause
            .starts_with("the answer is not what was expected: expected a string, found an object"),
        "{cause}"
    );
}

#[tokio::test]
async fn a_field_that_cannot_be_read_costs_that_field() {
    let server = Server::answering(
        r#"{"b1": {"status": "success", "metrics": {"inputFileCount": {"a": 1}}}, "b2": "gone"}"#,
    )
    .await;
    let batches = catalog::client(&server.core)
        .retrieve_batch("b1", Default::default())
        .await;
    let batches = finish(batches).unwrap();
    assert_eq!(batches.len(), 1);
    assert_eq!(batches.others()["b2"], "gone");
    let batch = batches.get("b1").unwrap();
    assert_eq!(batch.status.as_deref(), Some("success"));
    let metrics = batch.metrics.as_ref().unwrap();
    assert_eq!(metrics.input_file_count, None);
    assert_eq!(metrics.extra["inputFileCount"]["a"], 1);
}

#[tokio::test]
async fn an_answer_that_is_no_json_at_all_is_a_protocol_error() {
    // what is no JSON counts as an answer that broke off: the question is asked again
    let (call, read) = (
        "could not call retrieveBatch",
        "could not read the answer to retrieveBatch",
    );
    for (body, doing) in [("<html>hello</html>", call), ("", read), ("null", read)] {
        let server = Server::start([(200, &[][..], body); 8]).await;
        let error = finish(
            catalog::client(&server.core)
                .retrieve_batch("b1", Default::default())
                .await,
        )
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{body:?}");
        let text = error.report().to_string();
        assert!(text.starts_with(doing), "{body:?}: {text}");
        assert_eq!(
            text.matches("answer is n").count(),
            1,
            "no text twice: {text}"
        );
    }
}

#[tokio::test]
async fn a_create_is_not_sent_twice() {
    let server = Server::start([(503, &[("retry-after", "0")][..], ""); 2]).await;
    let catalog = catalog::client(&server.core);
    let batch = catalog::types::BatchRequest {
        status: catalog::types::BatchStatusBody::Loading,
        ..batch()
    };
    let error = finish(catalog.create_batch(&batch).await).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(server.seen().len(), 1);

    let server = Server::start([(503, &[][..], ""); 2]).await;
    let listed = catalog::client(&server.core)
        .list_batches(Default::default())
        .await;
    assert_eq!(finish(listed).unwrap_err().attempts(), 2);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn an_address_that_is_too_long_is_refused_before_sending() {
    let server = Server::start([]).await;
    let many = ["0123456789".repeat(20).as_str(); 10].join(",");
    let options = catalog::ListBatchesOptions {
        data_set: Some(&many),
        ..Default::default()
    };
    let error = finish(catalog::client(&server.core).list_batches(options).await).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(server.seen().is_empty());
}

fn batch() -> catalog::types::BatchRequest {
    serde_json::from_value(serde_json::json!({"status": "loading"})).unwrap()
}
