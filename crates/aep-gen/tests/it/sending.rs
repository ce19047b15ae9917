//! What is sent.

use aep_core::ErrorKind;
use aep_gen::catalog::{ListBatchesOptions, PatchDatasetJsonPatchOptions};
use aep_gen::{batch_ingestion, catalog, finish, ims, sandbox, schema_registry};
use serde_json::{Value, json};

use crate::server::Server;

#[tokio::test]
async fn the_transport_sets_the_headers_and_progenitor_adds_none() {
    let server = Server::answering("{}").await;
    finish(
        catalog::client(&server.core)
            .retrieve_batch("b1", Default::default())
            .await,
    )
    .unwrap();
    let seen = server.only();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("GET", "/data/foundation/catalog/batches/b1")
    );
    assert_eq!(seen.header("authorization"), Some("Bearer token"));
    assert_eq!(seen.header("x-api-key"), Some("local-client"));
    assert_eq!(seen.header("x-gw-ims-org-id"), Some("LOCAL@AdobeOrg"));
    assert_eq!(seen.header("x-sandbox-name"), Some("dev"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(seen.header("api-version"), None);
    assert_eq!(seen.header("content-type"), None);
}

#[tokio::test]
async fn sandbox_management_names_no_sandbox() {
    let server = Server::answering(r#"{"sandboxes": [{"name": "dev", "eTag": 3}]}"#).await;
    let list = finish(
        sandbox::client(&server.core)
            .list_available_sandboxes()
            .await,
    )
    .unwrap();
    assert_eq!(list.sandboxes[0].name.as_deref(), Some("dev"));
    let seen = server.only();
    assert_eq!(seen.target, "/data/foundation/sandbox-management/");
    assert_eq!(seen.header("x-sandbox-name"), None);
    assert_eq!(seen.header("authorization"), Some("Bearer token"));
}

#[tokio::test]
async fn a_token_is_asked_for_by_form_and_without_a_token() {
    let server = Server::answering(r#"{"access_token": "planted", "expires_in": "86399"}"#).await;
    let request = ims::types::TokenRequest {
        grant_type: ims::types::TokenRequestGrantType::ClientCredentials,
        client_id: "id".to_owned(),
        client_secret: "a&b".to_owned().into(),
        scope: "openid,session".to_owned(),
        extra: serde_json::Map::new(),
    };
    let token = finish(ims::client(&server.core).get_access_token(&request).await).unwrap();
    assert_eq!(token.expires_in, Some(86_399));
    assert_eq!(
        token.access_token.as_ref().map(aep_gen::SecretText::expose),
        Some("planted")
    );
    let seen = server.only();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("POST", "/ims/token/v3")
    );
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(seen.header("x-api-key"), None);
    assert_eq!(
        seen.body,
        "client_id=id&client_secret=a%26b&grant_type=client_credentials&scope=openid%2Csession"
    );
    let shown = format!("{request:?} {token:?}");
    assert!(
        !shown.contains("a&b") && !shown.contains("planted"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_post_without_a_body_says_that_it_is_empty() {
    let server = Server::answering("").await;
    let action = batch_ingestion::types::CompleteBatchAction::Complete;
    let answer = finish(
        batch_ingestion::client(&server.core)
            .complete_batch("b1", action)
            .await,
    )
    .unwrap();
    assert_eq!(answer, Value::Null);
    let seen = server.only();
    assert_eq!(
        seen.target,
        "/data/foundation/import/batches/b1?action=COMPLETE"
    );
    assert_eq!(seen.header("content-length"), Some("0"));
    assert_eq!(seen.header("content-type"), None);
}

#[tokio::test]
async fn query_parameters_are_encoded_and_lists_repeat_the_key() {
    let server = Server::answering("{}").await;
    let property = vec!["created>1".to_owned(), "tags~a&b c".to_owned()];
    let options = ListBatchesOptions {
        data_set: Some("d1"),
        limit: Some(5),
        property: Some(&property),
        created_after: Some(-1),
        ..Default::default()
    };
    finish(catalog::client(&server.core).list_batches(options).await).unwrap();
    let target = server.only().target;
    let url = url::Url::parse(&format!("http://server{target}")).unwrap();
    let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
    pairs.sort();
    let expected = [
        ("createdAfter", "-1"),
        ("dataSet", "d1"),
        ("limit", "5"),
        ("property", "created>1"),
        ("property", "tags~a&b c"),
    ];
    assert_eq!(
        pairs,
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn an_id_with_slashes_stays_one_segment() {
    let server = Server::answering("{}").await;
    let container = schema_registry::types::Container::Tenant;
    let accept = "application/vnd.adobe.xed-full+json; version=1";
    let registry = schema_registry::client(&server.core);
    let id = "https://ns.adobe.com/acme/schemas/0a1b?x#%2F";
    finish(registry.retrieve_schema(container, id, accept).await).unwrap();
    let seen = server.only();
    assert_eq!(
        seen.target,
        "/data/foundation/schemaregistry/tenant/schemas/\
         https%3A%2F%2Fns.adobe.com%2Facme%2Fschemas%2F0a1b%3Fx%23%252F"
    );
    assert_eq!(seen.header("accept"), Some(accept));
}

#[tokio::test]
async fn a_segment_that_would_leave_the_path_is_refused_before_sending() {
    let server = Server::start([]).await;
    let catalog = catalog::client(&server.core);
    for id in ["..", ".", ""] {
        let error = finish(catalog.retrieve_batch(id, Default::default()).await).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(
            error.context(),
            [
                ("parameter", "BATCH_ID".to_owned()),
                ("value", id.to_owned())
            ]
        );
    }
    let import = batch_ingestion::client(&server.core);
    for path in [
        "../x.json",
        "a/../../x.json",
        "a//x.json",
        "/x.json",
        "a/",
        r"a\..\x.json",
        "a\n",
    ] {
        let sent = import.upload_small_file("b1", "d1", path, "x".into()).await;
        assert_eq!(
            finish(sent).unwrap_err().kind(),
            ErrorKind::Usage,
            "{path:?}"
        );
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn backslashes_and_encoded_dots_stay_inside_their_segment() {
    let server = Server::start([]).await;
    let catalog = catalog::client(&server.core);
    for id in [r"a\..\b", "%2e%2e", "a\tb"] {
        finish(catalog.retrieve_batch(id, Default::default()).await).unwrap();
    }
    let targets: Vec<_> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        ["a%5C..%5Cb", "%252e%252e", "a%09b"]
            .map(|id| format!("/data/foundation/catalog/batches/{id}"))
    );
}

#[tokio::test]
async fn each_face_of_an_operation_has_its_media_type() {
    let server = Server::start([]).await;
    let catalog = catalog::client(&server.core);
    let step = catalog::types::PatchOperation {
        op: catalog::types::PatchOperationOp::Add,
        path: "/tags/unifiedProfile".to_owned(),
        from: None,
        value: Some(json!(["enabled:true"])),
        extra: serde_json::Map::new(),
    };
    let if_match = PatchDatasetJsonPatchOptions {
        if_match: Some("1.0.6"),
        ..Default::default()
    };
    let patched = catalog
        .patch_dataset_json_patch("d1", if_match, &vec![step])
        .await;
    // the answer is a list, and the server gave an object: what matters here is what was sent
    assert_eq!(finish(patched).unwrap_err().kind(), ErrorKind::Protocol);
    let change = catalog::types::DataSetPatchRequest {
        name: Some("new".to_owned()),
        ..Default::default()
    };
    let _ = finish(
        catalog
            .patch_dataset("d1", Default::default(), &change)
            .await,
    );

    let seen = server.seen();
    assert_eq!(seen[0].target, "/data/foundation/catalog/dataSets/d1");
    assert_eq!(
        seen[0].header("content-type"),
        Some("application/json-patch+json")
    );
    assert_eq!(seen[0].header("if-match"), Some("1.0.6"));
    assert_eq!(
        serde_json::from_slice::<Value>(&seen[0].body).unwrap(),
        json!([{"op": "add", "path": "/tags/unifiedProfile", "value": ["enabled:true"]}])
    );
    assert_eq!(seen[1].target, seen[0].target);
    assert_eq!(seen[1].header("content-type"), Some("application/json"));
    assert_eq!(seen[1].body, r#"{"name":"new"}"#);
}

#[tokio::test]
async fn a_dry_run_sends_no_change_and_lets_reads_through() {
    let server = Server::start([]).await;
    let (core, recorder) = server.core.recording();
    let import = batch_ingestion::client(&core);
    let action = batch_ingestion::types::CompleteBatchAction::Abort;
    let error = finish(import.complete_batch("b1", action).await).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(recorder.requests().len(), 1);
    finish(
        catalog::client(&core)
            .list_datasets(Default::default())
            .await,
    )
    .unwrap();
    assert_eq!(server.only().method, "GET");
}
