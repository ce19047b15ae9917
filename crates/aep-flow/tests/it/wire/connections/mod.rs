//! Connections.

mod create;

use aep_flow::specs::connection as spec;
use aep_flow::{
    ConnectionAction, ConnectionFilter, ConnectionId, Explore, FileFormat, PatchOp, PropertyFilter,
    Search, State,
};
use futures::TryStreamExt;
use serde_json::{Value, json};

use crate::support::Recorder;

const ID: &str = "0b1f9a7c-3a5d-4c0e-9d1b-0e7d5c1a2b3c";
const ETAG: &str = "\"1700d77b-0000-0200-0000-5e3b41a10000\"";

fn id() -> ConnectionId {
    ConnectionId::new(ID).unwrap()
}

#[tokio::test]
async fn a_list_asks_with_its_filters() {
    let server = Recorder::answering(json!({"items": [{"id": ID, "name": "a,b"}]})).await;
    let filter = ConnectionFilter {
        property: vec![
            PropertyFilter::new("connectionSpec.id", "==", spec::AMAZON_S3_SOURCE).unwrap(),
            "createdAt>=1767225600000".parse().unwrap(),
        ],
        order_by: Some("-createdAt".to_owned()),
        page_size: 7,
    };
    let listed: Vec<_> = server
        .flow
        .connections()
        .list(filter)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(listed[0].name, "a,b");
    let seen = server.only();
    seen.is(
        "GET",
        "/connections",
        &[
            (
                "property",
                "connectionSpec.id==ecadc60c-7455-4d87-84dc-2a0e293d997b",
            ),
            ("property", "createdAt>=1767225600000"),
            ("orderby", "-createdAt"),
            ("limit", "7"),
        ],
    );
    assert!(
        seen.target
            .contains("property=connectionSpec.id%3D%3Decadc60c"),
        "encoded once: {}",
        seen.target
    );
}

#[tokio::test]
async fn a_count_has_no_limit() {
    let server = Recorder::answering(json!({"count": "95"})).await;
    let filter = ConnectionFilter {
        property: vec!["state==enabled".parse().unwrap()],
        ..ConnectionFilter::default()
    };
    assert_eq!(server.flow.connections().count(&filter).await.unwrap(), 95);
    server.only().is(
        "GET",
        "/connections",
        &[("property", "state==enabled"), ("count", "true")],
    );
}

#[tokio::test]
async fn one_is_taken_out_of_its_list() {
    let body = json!({"items": [{"id": ID, "name": "events", "state": "enabled", "etag": ETAG}]});
    let server = Recorder::answering(body).await;
    let read = server.flow.connections().get(&id()).await.unwrap();
    assert_eq!((&*read.name, &*read.etag), ("events", ETAG));
    server
        .only()
        .is("GET", &format!("/connections/{ID}"), &[])
        .bare();
}

#[tokio::test]
async fn a_name_is_asked_for_and_compared() {
    let items = json!({"items": [{"id": ID, "name": "events"}, {"id": "x", "name": "events 2"}]});
    let server = Recorder::answering(items).await;
    let found = server.flow.connections().find("events").await.unwrap();
    assert_eq!(found.id, id());
    server.only().is(
        "GET",
        "/connections",
        &[("property", "name==events"), ("limit", "100")],
    );
}

#[tokio::test]
async fn a_name_that_looks_like_an_id_is_found_by_name() {
    let name = "a-name-that-looks-like-an-id";
    let server = Recorder::start([
        (
            404,
            json!({"type": "https://ns.adobe.com/aep/errors/FLOW-1439-404", "status": 404}),
        ),
        (200, json!({"items": [{"id": ID, "name": name}]})),
    ])
    .await;
    let found = server.flow.connections().find(name).await.unwrap();
    assert_eq!(found.id, id());
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_change_names_the_version_that_was_read() {
    let server = Recorder::answering(json!({"id": ID, "etag": "\"2\""})).await;
    let operations = vec![
        PatchOp::replace("/auth/params", json!({"s3SecretKey": "new"})),
        PatchOp::add("/description", "changed"),
    ];
    let changed = server
        .flow
        .connections()
        .update(&id(), ETAG, operations)
        .await
        .unwrap();
    assert_eq!(changed.etag, "\"2\"");
    server
        .only()
        .is("PATCH", &format!("/connections/{ID}"), &[])
        .to(ETAG)
        .with(
            &json!([{"op": "replace", "path": "/auth/params", "value": {"s3SecretKey": "new"}},
            {"op": "add", "path": "/description", "value": "changed"}]),
        );
}

#[tokio::test]
async fn quotes_that_a_shell_took_are_given_back() {
    let server = Recorder::start([]).await;
    let operation = || vec![PatchOp::remove("/description")];
    let bare = ETAG.trim_matches('"');
    let connections = server.flow.connections();
    connections.update(&id(), bare, operation()).await.unwrap();
    server.only().to(ETAG);
}

#[tokio::test]
async fn deleting_sends_nothing_else() {
    let server = Recorder::start([(204, Value::Null)]).await;
    server.flow.connections().delete(&id()).await.unwrap();
    server
        .only()
        .is("DELETE", &format!("/connections/{ID}"), &[])
        .bare();
}

#[tokio::test]
async fn a_test_answers_yes_or_no() {
    for (body, result) in [
        (json!({"result": true}), true),
        (json!({"result": "false"}), false),
    ] {
        let server = Recorder::answering(body).await;
        assert_eq!(server.flow.connections().test(&id()).await.unwrap(), result);
        server
            .only()
            .is("GET", &format!("/connections/{ID}/test"), &[]);
    }
}

#[tokio::test]
async fn exploring_asks_for_what_was_named() {
    let path = format!("/connections/{ID}/explore");
    for (explore, query) in [
        (Explore::root(), vec![("objectType", "root")]),
        (
            Explore::folder("/in/2026"),
            vec![("objectType", "folder"), ("object", "/in/2026")],
        ),
        (
            Explore::file("/in/a b.csv").preview(true),
            vec![
                ("objectType", "file"),
                ("object", "/in/a b.csv"),
                ("preview", "true"),
                ("determineProperties", "true"),
            ],
        ),
        (
            Explore::file("a.csv")
                .format(FileFormat::Delimited)
                .column_delimiter(';')
                .compression("gzip")
                .encoding("ISO-8859-1"),
            vec![
                ("objectType", "file"),
                ("object", "a.csv"),
                ("fileType", "delimited"),
                ("compressionType", "gzip"),
                ("columnDelimiter", ";"),
                ("encoding", "ISO-8859-1"),
            ],
        ),
        (
            Explore::table("Accounts"),
            vec![("objectType", "table"), ("object", "Accounts")],
        ),
        (
            Explore::rest().source_params(json!({"a": 1})),
            vec![
                ("objectType", "rest"),
                ("object", "json"),
                ("fileType", "json"),
                ("sourceParams", "eyJhIjoxfQ=="),
            ],
        ),
    ] {
        let server =
            Recorder::answering(json!([{"type": "file", "name": "a", "path": "/a"}])).await;
        let found = server
            .flow
            .connections()
            .explore(&id(), explore)
            .await
            .unwrap();
        assert_eq!(found.entries[0].path, "/a");
        server.only().is("GET", &path, &query);
    }
}

#[tokio::test]
async fn configs_are_columns() {
    let body = json!({"items": [{"columnName": "id", "columnType": "string"}]});
    let server = Recorder::answering(body).await;
    let columns = server.flow.connections().configs(&id()).await.unwrap();
    assert_eq!(columns[0].name, "id");
    server
        .only()
        .is("GET", &format!("/connections/{ID}/configs"), &[]);
}

#[tokio::test]
async fn an_action_is_lower_case_and_has_no_body() {
    for (action, op) in [
        (ConnectionAction::Publish, "publish"),
        (ConnectionAction::Finalize, "finalize"),
        (ConnectionAction::FinalizeUpdate, "finalize_update"),
    ] {
        let server = Recorder::answering(json!({"id": ID, "etag": ETAG})).await;
        let connections = server.flow.connections();
        connections.action(&id(), action).await.unwrap();
        server
            .only()
            .is("POST", &format!("/connections/{ID}/action"), &[("op", op)])
            .bare();
    }
}

#[tokio::test]
async fn switching_off_is_a_change_to_the_version_that_was_read() {
    let of = |state: &str, etag: &str| json!({"items": [{"id": ID, "state": state, "etag": etag}]});
    let server = Recorder::start([
        (200, of("enabled", ETAG)),
        (200, json!({"id": ID, "etag": "\"2\""})),
        (200, of("disabled", "\"2\"")),
    ])
    .await;
    let read = server.flow.connections().disable(&id()).await.unwrap();
    assert_eq!(
        (read.state.clone(), read.etag.as_str()),
        (Some(State::Disabled), "\"2\"")
    );
    let seen = server.seen();
    seen[1]
        .is("PATCH", &format!("/connections/{ID}"), &[])
        .to(ETAG)
        .with(&json!([{"op": "replace", "path": "/state", "value": "disabled"}]));
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn what_is_in_the_wanted_state_is_left_alone() {
    let server = Recorder::answering(json!({"items": [{"id": ID, "state": "enabled"}]})).await;
    server.flow.connections().enable(&id()).await.unwrap();
    server.only().is("GET", &format!("/connections/{ID}"), &[]);
}

#[tokio::test]
async fn a_search_is_a_post_that_reads() {
    let next = json!({"next": {"href": "/connections/search?continuationToken=a%3D%3D"}});
    let server = Recorder::start([
        (200, json!({"items": [{"id": ID}], "_links": next})),
        (200, json!({"items": [{"id": "2"}]})),
    ])
    .await;
    let search = Search::new("name=events").order_by("-createdAt");
    let connections = server.flow.connections();
    let found: Vec<Value> = connections.search(search).try_collect().await.unwrap();
    assert_eq!(found.len(), 2);
    let body = json!({"queryString": "name=events", "orderby": "-createdAt"});
    let seen = server.seen();
    seen[0].is("POST", "/connections/search", &[]).with(&body);
    seen[1]
        .is(
            "POST",
            "/connections/search",
            &[("continuationToken", "a==")],
        )
        .with(&body);
}
