//! Flows.

use aep_core::FlowId;
use aep_flow::flows::PolicyChange;
use aep_flow::schedule::{Every, Frequency};
use aep_flow::specs::flow as spec;
use aep_flow::{
    ExportSchedule, FlowAction, FlowFilter, FlowOptions, FlowSide, IngestSchedule, NewFlow,
    PatchOp, Search, SourceConnectionId, Start, TargetConnectionId,
};
use futures::TryStreamExt;
use serde_json::{Value, json};

use crate::support::Recorder;

const ID: &str = "3abea21c-1c1e-4a2e-9d2b-0a4f2b4b4b4b";
const ETAG: &str = "\"1a0037e4-0000-0200-0000-602e06f60000\"";
/// In the year 2100.
const LATER: i64 = 4_102_444_800;

fn id() -> FlowId {
    FlowId::new(ID).unwrap()
}

fn source() -> SourceConnectionId {
    SourceConnectionId::new("s-1").unwrap()
}

fn target() -> TargetConnectionId {
    TargetConnectionId::new("t-1").unwrap()
}

fn later() -> Start {
    Start::At(jiff::Timestamp::from_second(LATER).unwrap())
}

/// The body of the only request, which makes a flow.
async fn made(new: NewFlow) -> Value {
    let server = Recorder::start([(201, json!({"id": ID, "etag": ETAG}))]).await;
    let created = server.flow.flows().create(new).await.unwrap();
    assert_eq!((created.id, created.etag.as_str()), (id(), ETAG));
    server.only().is("POST", "/flows", &[]).json()
}

#[tokio::test]
async fn filters_of_a_list_are_asked_and_looked_at() {
    let flow = |id: &str, source: &str, mapping: &str| {
        json!({"id": id, "sourceConnectionIds": [source], "targetConnectionIds": ["t-1"],
            "transformations": [{"name": "Mapping", "params": {"mappingId": mapping}}, {"name": "Copy"}]})
    };
    // a server that does not filter
    let items = json!([flow("f-1", "s-1", "m-1"), flow("f-2", "s-2", "m-1"), flow("f-3", "s-1", "m-2"), {"id": "f-4"}]);
    let server = Recorder::answering(json!({"items": items})).await;
    let filter = FlowFilter {
        property: vec!["state==enabled".parse().unwrap()],
        sources: vec![source(), SourceConnectionId::new("s-9").unwrap()],
        targets: vec![target()],
        mapping_sets: vec!["m-1".to_owned()],
        kind: FlowSide::Sources,
        order_by: Some("-updatedAt".to_owned()),
        page_size: 500,
    };
    let listed: Vec<_> = server
        .flow
        .flows()
        .list(filter)
        .try_collect()
        .await
        .unwrap();
    let ids: Vec<&str> = listed.iter().map(|flow| flow.id.as_str()).collect();
    assert_eq!(ids, ["f-1"]);
    server.only().is(
        "GET",
        "/flows",
        &[
            ("property", "state==enabled"),
            (
                "property",
                "inheritedAttributes.properties.isSourceFlow==true",
            ),
            ("property", "sourceConnectionIds[]==s-1,s-9"),
            ("property", "targetConnectionIds[]==t-1"),
            ("orderby", "-updatedAt"),
            ("limit", "100"),
        ],
    );
}

#[tokio::test]
async fn only_destinations_and_counts() {
    let filter = FlowFilter {
        kind: FlowSide::Destinations,
        ..FlowFilter::default()
    };
    let property = (
        "property",
        "inheritedAttributes.properties.isDestinationFlow==true",
    );
    let server = Recorder::answering(json!({"count": 7})).await;
    assert_eq!(server.flow.flows().count(&filter).await.unwrap(), 7);
    server
        .only()
        .is("GET", "/flows", &[property, ("count", "true")]);
}

#[tokio::test]
async fn a_flow_into_the_lake_with_everything() {
    let schedule = IngestSchedule::new(later(), Frequency::Hour(1)).unwrap();
    let new = NewFlow::landing_zone_to_lake("nightly", source(), target(), schedule.backfill(true))
        .description("csv from landing zone")
        .mapping("bf5286a9c1ad4266baca76ba3adc9366", 0)
        .options(FlowOptions {
            error_diagnostics: Some(true),
            partial_ingestion_percent: Some(5.0),
            sample: None,
        });
    let sent = made(new).await;
    assert_eq!(
        sent,
        json!({"name": "nightly", "description": "csv from landing zone",
            "flowSpec": {"id": "9753525b-82c7-4dce-8a9b-5ccfce2b9876", "version": "1.0"},
            "sourceConnectionIds": ["s-1"], "targetConnectionIds": ["t-1"],
            "transformations": [{"name": "Mapping", "params":
                {"mappingId": "bf5286a9c1ad4266baca76ba3adc9366", "mappingVersion": 0}}],
            "scheduleParams": {"startTime": LATER, "frequency": "hour", "interval": 1, "backfill": true},
            "options": {"errorDiagnosticsEnabled": true, "partialIngestionPercent": 5}})
    );
    assert!(sent["options"]["partialIngestionPercent"].is_u64());
}

#[tokio::test]
async fn a_single_run_has_no_interval() {
    let schedule = IngestSchedule::new(later(), Frequency::Once).unwrap();
    let new = NewFlow::landing_zone_to_lake("once", source(), target(), schedule);
    assert_eq!(
        made(new).await,
        json!({"name": "once", "flowSpec": {"id": spec::CLOUD_STORAGE_TO_LAKE, "version": "1.0"},
            "sourceConnectionIds": ["s-1"], "targetConnectionIds": ["t-1"], "transformations": [],
            "scheduleParams": {"startTime": LATER, "frequency": "once"}})
    );
}

#[tokio::test]
async fn an_export_has_units() {
    let schedule = ExportSchedule::new(later(), Every::Hours(3))
        .unwrap()
        .end(jiff::Timestamp::from_second(LATER + 86_400).unwrap())
        .folder_template("%DESTINATION%/%DATASET_ID%");
    let new = NewFlow::lake_to_landing_zone("cities", source(), target(), schedule);
    assert_eq!(
        made(new).await,
        json!({"name": "cities", "flowSpec": {"id": "cd2fc47e-e838-4f38-a581-8fff2f99b63a", "version": "1.0"},
            "sourceConnectionIds": ["s-1"], "targetConnectionIds": ["t-1"], "transformations": [],
            "scheduleParams": {"exportMode": "FIRST_FULL_THEN_INCREMENTAL", "timeUnit": "hour", "interval": 3,
                "startTime": LATER, "endTime": LATER + 86_400, "foldernameTemplate": "%DESTINATION%/%DATASET_ID%"}})
    );
    let once = ExportSchedule::new(later(), Every::Once).unwrap();
    let sent = made(NewFlow::lake_to_landing_zone("c", source(), target(), once)).await;
    assert_eq!(
        sent["scheduleParams"],
        json!({"exportMode": "DAILY_FULL_EXPORT", "timeUnit": "day", "interval": 0, "startTime": LATER})
    );
}

#[tokio::test]
async fn a_stream_has_no_schedule() {
    let sent = made(NewFlow::streaming("in", source(), target())).await;
    assert_eq!(
        sent,
        json!({"name": "in", "flowSpec": {"id": "d8a6f005-7eaf-4153-983e-e8574508b877", "version": "1.0"},
            "sourceConnectionIds": ["s-1"], "targetConnectionIds": ["t-1"], "transformations": []})
    );
    let sent = made(NewFlow::streaming_mapped(
        "in",
        source(),
        target(),
        "m-1",
        2,
    ))
    .await;
    assert_eq!(
        sent["flowSpec"]["id"],
        "c1a19761-d2c7-4702-b9fa-fe91f0613e81"
    );
    assert_eq!(
        sent["transformations"],
        json!([{"name": "Mapping", "params": {"mappingId": "m-1", "mappingVersion": 2}}])
    );
    assert!(sent.get("scheduleParams").is_none());
}

#[tokio::test]
async fn tables_say_which_column_grows() {
    let schedule = IngestSchedule::new(later(), Frequency::Day(1)).unwrap();
    let new = NewFlow::new("accounts", spec::TABLES_TO_LAKE, source(), target())
        .schedule(schedule)
        .delta_column("updated_at")
        .mapping("m-1", 0);
    assert_eq!(
        made(new).await["transformations"][0],
        json!({"name": "Copy", "params": {"deltaColumn": {"name": "updated_at"}}})
    );
}

#[tokio::test]
async fn a_draft_may_go_without_a_schedule() {
    let server = Recorder::start([(201, json!({"id": ID, "etag": ETAG}))]).await;
    let new = NewFlow::new("d", spec::CLOUD_STORAGE_TO_LAKE, source(), target()).draft(true);
    server.flow.flows().create(new).await.unwrap();
    let seen = server.only();
    seen.is("POST", "/flows", &[("mode", "draft")]);
    assert!(seen.json().get("scheduleParams").is_none());
}

#[tokio::test]
async fn a_document_is_sent_as_it_is() {
    let document = json!({"name": "n", "flowSpec": {"id": spec::CLOUD_STORAGE_TO_LAKE, "version": "1.0"},
        "sourceConnectionIds": ["s"], "targetConnectionIds": ["t"],
        "scheduleParams": {"startTime": LATER.to_string(), "frequency": "minute", "interval": "15"}});
    let server = Recorder::start([(201, json!({"id": ID, "etag": ETAG}))]).await;
    server
        .flow
        .flows()
        .create_document(document.clone())
        .await
        .unwrap();
    server.only().is("POST", "/flows", &[]).with(&document);
}

#[tokio::test]
async fn single_ones_changes_and_deletion() {
    let one = json!({"items": [{"id": ID, "name": "n", "etag": ETAG}]});
    let server = Recorder::start([
        (200, one.clone()),
        (200, one),
        (200, json!({"id": ID, "etag": "\"2\""})),
        (204, Value::Null),
    ])
    .await;
    let flows = server.flow.flows();
    assert_eq!(flows.get(&id()).await.unwrap().etag, ETAG);
    flows.find("n").await.unwrap();
    let operations = vec![
        PatchOp::replace("/scheduleParams/interval", 30),
        PatchOp::remove("/labels"),
    ];
    flows.update(&id(), ETAG, operations).await.unwrap();
    flows.delete(&id()).await.unwrap();
    let seen = server.seen();
    let path = format!("/flows/{ID}");
    seen[0].is("GET", &path, &[]).bare();
    seen[1].is(
        "GET",
        "/flows",
        &[("property", "name==n"), ("limit", "100")],
    );
    seen[2].is("PATCH", &path, &[]).to(ETAG).with(&json!([
        {"op": "replace", "path": "/scheduleParams/interval", "value": 30},
        {"op": "remove", "path": "/labels"}]));
    seen[3].is("DELETE", &path, &[]).bare();
}

#[tokio::test]
async fn actions_have_no_body() {
    for (action, op) in [
        (FlowAction::Enable, "enable"),
        (FlowAction::Disable, "disable"),
        (FlowAction::Publish, "publish"),
        (FlowAction::Finalize, "finalize"),
        (FlowAction::FinalizeUpdate, "finalize_update"),
    ] {
        let server = Recorder::answering(json!({"id": ID, "etag": ETAG})).await;
        server.flow.flows().action(&id(), action).await.unwrap();
        server
            .only()
            .is("POST", &format!("/flows/{ID}/action"), &[("op", op)])
            .bare();
    }
    let server = Recorder::start([]).await;
    server.flow.flows().enable(&id()).await.unwrap();
    server.flow.flows().disable(&id()).await.unwrap();
    let ops: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.query()[0].1.clone())
        .collect();
    assert_eq!(ops, ["enable", "disable"]);
}

#[tokio::test]
async fn policies_are_set_on_the_version_that_was_read() {
    let with = |refs: Value| json!({"items": [{"id": ID, "etag": ETAG, "policy": {"enforcementRefs": refs}}]});
    let none = json!({"items": [{"id": ID, "etag": ETAG}]});
    for (before, change, op, after) in [
        (none, PolicyChange::Replace, "add", json!(["/b"])),
        (
            with(json!(["/a"])),
            PolicyChange::Replace,
            "replace",
            json!(["/b"]),
        ),
        (
            with(json!(["/a", "/b"])),
            PolicyChange::Add,
            "replace",
            json!(["/a", "/b"]),
        ),
    ] {
        let server = Recorder::start([
            (200, before),
            (200, json!({"id": ID, "etag": "\"2\""})),
            (200, with(after.clone())),
        ])
        .await;
        let flow = server.flow.flows().policies(&id(), &["/b"], change).await;
        assert_eq!(json!(flow.unwrap().policies()), after);
        let seen = server.seen();
        seen[1]
            .is("PATCH", &format!("/flows/{ID}"), &[])
            .to(ETAG)
            .with(&json!([{"op": op, "path": "/policy", "value": {"enforcementRefs": after}}]));
        assert_eq!(seen.len(), 3);
    }
}

#[tokio::test]
async fn a_search_chooses_fields() {
    let server = Recorder::answering(json!({"items": [{"name": "n"}]})).await;
    let mut search = Search::new("state=enabled").fields(["id", "name"]);
    search.page_size = 5;
    let found: Vec<Value> = server
        .flow
        .flows()
        .search(search)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found, [json!({"name": "n"})]);
    server.only().is("POST", "/flows/search", &[]).with(
        &json!({"queryString": "state=enabled", "limit": 5, "projectionFields": ["id", "name"]}),
    );
}
