//! What goes wrong, and what nobody is asked about.

use aep_core::{DatasetId, ErrorKind, FlowId, SchemaId};
use aep_flow::specs::{connection as spec, flow as flow_spec};
use aep_flow::{
    Auth, ConnectionId, ConnectionSpecId, Explore, ExportFiles, ExportFormat, FlowFilter,
    FlowOptions, FlowSpecId, IngestSchedule, NewConnection, NewFlow, NewSource, NewTarget, PatchOp,
    RunId, SourceConnectionId, TargetConnectionId,
};
use futures::TryStreamExt;
use serde_json::{Value, json};

use crate::support::Recorder;

/// An error as Flow Service writes it.
fn problem(code: &str, status: u16) -> (u16, Value) {
    let body = json!({"type": format!("https://ns.adobe.com/aep/errors/{code}"), "title": "No",
        "status": status, "detail": "said the server", "report": {"request-id": "r"}});
    (status, body)
}

fn connection() -> ConnectionId {
    ConnectionId::new("c-1").unwrap()
}

fn new_flow(spec: FlowSpecId) -> NewFlow {
    NewFlow::new(
        "f",
        spec,
        SourceConnectionId::new("s-1").unwrap(),
        TargetConnectionId::new("t-1").unwrap(),
    )
}

#[tokio::test]
async fn an_unknown_id_is_not_found() {
    for answer in [
        problem("FLOW-1439-404", 404),
        // the published table prints it with this status
        problem("FLOW-1439-400", 400),
        (200, json!({"items": []})),
        (200, json!({})),
    ] {
        let server = Recorder::start([answer.clone()]).await;
        let id = FlowId::new("f-1").unwrap();
        let error = server.flow.flows().get(&id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{answer:?}");
        assert!(error.hint_text().unwrap().contains("aep flow list"));
        assert!(error.context().contains(&("id", "f-1".to_owned())));
    }
    let server = Recorder::start([(200, json!({"items": []}))]).await;
    let id = ConnectionSpecId::new("x-1").unwrap();
    let error = server.flow.connection_specs().get(&id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_stale_etag_is_a_conflict_that_says_what_to_do() {
    let server = Recorder::start([problem("FLOW-1404-412", 412)]).await;
    let operations = vec![PatchOp::replace("/name", "n")];
    let connections = server.flow.connections();
    let error = connections
        .update(&connection(), "\"old\"", operations)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.hint_text().unwrap().contains("read it again"));
    assert_eq!(server.seen().len(), 1, "not repeated");
}

#[tokio::test]
async fn a_create_is_never_sent_twice() {
    let server = Recorder::start([problem("FLOW-1400-500", 500), (201, json!({"id": "c"}))]).await;
    let new = NewConnection::landing_zone_target("out");
    let error = server.flow.connections().create(new).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_read_is_sent_again() {
    let server = Recorder::start([
        problem("FLOW-1400-500", 500),
        (200, json!({"items": [{"id": "c-1"}]})),
    ])
    .await;
    server.flow.connections().get(&connection()).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn what_is_gone_after_a_repeated_delete_was_deleted() {
    let server =
        Recorder::start([problem("FLOW-1400-500", 500), problem("FLOW-1439-404", 404)]).await;
    server
        .flow
        .connections()
        .delete(&connection())
        .await
        .unwrap();
    assert_eq!(server.seen().len(), 2);
    let server = Recorder::start([problem("FLOW-1439-404", 404)]).await;
    let error = server
        .flow
        .connections()
        .delete(&connection())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn what_is_in_use_is_a_conflict() {
    let server = Recorder::start([problem("FLOW-1418-400", 400)]).await;
    let error = server
        .flow
        .connections()
        .delete(&connection())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.hint_text().unwrap().contains("delete them first"));
}

#[tokio::test]
async fn several_of_a_name_are_told() {
    let server = Recorder::answering(
        json!({"items": [{"id": "f-1", "name": "n"}, {"id": "f-2", "name": "n"}]}),
    )
    .await;
    let error = server.flow.flows().find("n").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.hint_text().unwrap().contains("f-1, f-2"));
    let server = Recorder::answering(json!({"items": [{"id": "f-1", "name": "n 2"}]})).await;
    let error = server.flow.flows().find("n").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_name_with_a_comma_is_not_a_list_of_names() {
    let server = Recorder::answering(
        json!({"items": [{"id": "f-1", "name": "a,b"}, {"id": "f-2", "name": "a"}]}),
    )
    .await;
    let found = server.flow.flows().find("a,b").await.unwrap();
    assert_eq!(found.id.as_str(), "f-1");
    server.only().is("GET", "/flows", &[("limit", "100")]);
}

#[tokio::test]
async fn an_answer_that_names_nothing_is_told() {
    let server = Recorder::start([(201, json!({}))]).await;
    let new = NewConnection::landing_zone_target("out");
    let error = server.flow.connections().create(new).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(
        error
            .hint_text()
            .unwrap()
            .contains("look before trying again")
    );
}

#[tokio::test]
async fn connections_that_would_be_refused_are_not_sent() {
    let server = Recorder::start([]).await;
    let connections = server.flow.connections();
    for new in [
        NewConnection::landing_zone_target(" "),
        NewConnection::new("n", spec::AMAZON_S3_SOURCE),
        NewConnection::new("n", spec::AMAZON_S3_SOURCE).auth(Auth::new("ConnectionString")),
    ] {
        let error = connections.create(new).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    for document in [
        json!([]),
        json!({"name": "n"}),
        json!({"connectionSpec": {"id": "x"}}),
        json!({"name": "n", "connectionSpec": {}}),
    ] {
        let error = connections.create_document(document).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    server.silent();
}

#[tokio::test]
async fn changes_without_a_version_or_an_operation_are_not_sent() {
    let server = Recorder::start([]).await;
    let connections = server.flow.connections();
    for (etag, operations) in [
        ("", vec![PatchOp::remove("/name")]),
        ("\"e\"", vec![]),
        ("\"e\"", vec![PatchOp::remove("name")]),
    ] {
        let changed = connections.update(&connection(), etag, operations).await;
        assert_eq!(changed.unwrap_err().kind(), ErrorKind::Usage);
    }
    server.silent();
}

#[tokio::test]
async fn sources_and_targets_that_would_be_refused_are_not_sent() {
    let server = Recorder::start([]).await;
    for new in [
        NewSource::landing_zone("n", "dlz-user-container/in/").connection(connection()),
        NewSource::landing_zone("n", ""),
        NewSource::data_lake("n", []),
        NewSource::new("n", spec::AMAZON_S3_SOURCE),
        NewSource::data_lake("", [DatasetId::new("d").unwrap()]),
    ] {
        let error = server.flow.sources().create(new).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    let zone = |path: &str| NewTarget::landing_zone("n", connection(), path);
    let uncompressed = ExportFiles {
        format: ExportFormat::Json,
        gzip: false,
    };
    for new in [
        zone(""),
        zone("out").files(uncompressed),
        NewTarget::new("n", spec::DATA_LAKE_TARGET),
        NewTarget::data_lake(
            " ",
            DatasetId::new("d").unwrap(),
            SchemaId::new("s").unwrap(),
        ),
    ] {
        let error = server.flow.targets().create(new).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    server.silent();
}

#[tokio::test]
async fn flows_that_would_be_refused_are_not_sent() {
    let server = Recorder::start([]).await;
    let options = |percent| FlowOptions {
        partial_ingestion_percent: Some(percent),
        ..FlowOptions::default()
    };
    let once = IngestSchedule::once;
    for new in [
        new_flow(flow_spec::CLOUD_STORAGE_TO_LAKE),
        new_flow(flow_spec::STREAMING).schedule(once()),
        new_flow(flow_spec::STREAMING_MAPPED),
        new_flow(flow_spec::LAKE_TO_LANDING_ZONE).schedule(once()),
        new_flow(flow_spec::CLOUD_STORAGE_TO_LAKE).schedule(once().backfill(true)),
        new_flow(flow_spec::CLOUD_STORAGE_TO_LAKE)
            .schedule(once())
            .options(options(0.0)),
        new_flow(flow_spec::CLOUD_STORAGE_TO_LAKE)
            .schedule(once())
            .options(options(f64::NAN)),
    ] {
        let error = server.flow.flows().create(new).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    let whole = json!({"name": "n", "flowSpec": {"id": flow_spec::CLOUD_STORAGE_TO_LAKE},
        "sourceConnectionIds": ["s"], "targetConnectionIds": ["t"],
        "scheduleParams": {"startTime": 4_102_444_800_u64, "frequency": "once"}});
    for (key, value) in [
        ("state", json!("enabled")),
        ("name", json!("")),
        ("sourceConnectionIds", json!([])),
        ("targetConnectionIds", json!(["t", "u"])),
        ("flowSpec", json!({"version": "1.0"})),
        ("scheduleParams", json!({})),
        (
            "scheduleParams",
            json!({"startTime": 1, "frequency": "once"}),
        ),
        (
            "scheduleParams",
            json!({"startTime": 4_102_444_800_u64, "frequency": "minute", "interval": 5}),
        ),
    ] {
        let mut document = whole.clone();
        document[key] = value;
        let error = server.flow.flows().create_document(document.clone()).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Usage, "{document}");
    }
    server.silent();
}

#[tokio::test]
async fn what_can_not_be_explored_is_not_asked() {
    let server = Recorder::start([]).await;
    let explore = Explore::file("a.csv").detect(false);
    let error = server
        .flow
        .connections()
        .explore(&connection(), explore)
        .await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Usage);
    server.silent();
}

#[tokio::test]
async fn a_run_by_hand_of_a_repeated_flow_is_explained() {
    let server = Recorder::start([problem("CONNECTOR-1386-400", 400)]).await;
    let flow = FlowId::new("f-1").unwrap();
    let error = server
        .flow
        .runs()
        .create(&flow, aep_flow::RunWindow::all())
        .await
        .unwrap_err();
    assert!(error.hint_text().unwrap().contains("scheduled once"));
}

#[tokio::test]
async fn an_unknown_action_on_a_run_says_what_helps() {
    let server = Recorder::start([problem("FLOW-1435-400", 400)]).await;
    let id = RunId::new("r-1").unwrap();
    let error = server.flow.runs().cancel(&id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.hint_text().unwrap().contains("aep flow disable"));
    let seen = server.only();
    seen.is("POST", "/runs/r-1/action", &[("op", "cancel")])
        .bare();
}

#[tokio::test]
async fn a_list_that_breaks_ends_with_its_error() {
    let server = Recorder::start([
        (200, json!({"items": [{"id": "f-1"}], "_links": {"next": {"href": "/flows?continuationToken=t"}}})),
        problem("FLOW-2118-403", 403),
    ])
    .await;
    let mut flows = std::pin::pin!(server.flow.flows().list(FlowFilter::default()));
    assert_eq!(flows.try_next().await.unwrap().unwrap().id.as_str(), "f-1");
    let error = flows.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn no_secret_stands_in_an_error() {
    let server = Recorder::start([problem("FLOW-1100-400", 400)]).await;
    let new = NewConnection::blob_target("t", aep_core::Secret::new("hunter2".to_owned()));
    let shown = format!("{new:?}");
    let error = server.flow.connections().create(new).await.unwrap_err();
    let shown = format!("{shown} {error:?} {}", error.report());
    assert!(!shown.contains("hunter2"), "{shown}");
}
