//! The flows into the profile store and the identity store.

use aep_core::ErrorKind;
use aep_flow::RunStatus;
use futures::TryStreamExt;
use serde_json::{Value, json};

use crate::support::Recorder;

const DATASET: &str = "635865d23b3f261ba5a8589b";
const TARGETS: &str = "inheritedAttributes.targetConnections[].connectionSpec.id==8a9c3494-9708-43d7-ae3f-cda01e5030e1";

fn flows() -> Value {
    json!({"items": [{"id": "f-1", "name": "a", "sourceConnectionIds": ["s-1"]}, {"id": "f-2", "name": "b"}]})
}

fn source() -> Value {
    json!({"items": [{"id": "s-1", "params": {"datasets": [{"dataSetId": DATASET}]}}]})
}

fn dataset() -> Value {
    json!({DATASET: {"name": "Loyalty Members"}})
}

#[tokio::test]
async fn profile_flows_come_with_their_datasets() {
    let server = Recorder::start([(200, flows()), (200, source()), (200, dataset())]).await;
    let listed: Vec<_> = server
        .flow
        .profile_flows()
        .list()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(listed[0].dataset_name.as_deref(), Some("Loyalty Members"));
    assert_eq!((listed[1].dataset.as_ref(), listed.len()), (None, 2));
    let seen = server.seen();
    seen[0].is("GET", "/flows", &[("property", TARGETS), ("limit", "100")]);
    seen[1].is("GET", "/sourceConnections/s-1", &[]);
    seen[2].is(
        "GET",
        &format!("/data/foundation/catalog/dataSets/{DATASET}"),
        &[],
    );
}

#[tokio::test]
async fn identity_flows_are_not_the_profile_flows() {
    let specs = json!({"items": [{"id": "i-1", "name": "dataset_to_uis"}, {"id": "i-2", "name": "dataset_to_uis"}]});
    let server = Recorder::start([(200, specs), (200, flows())]).await;
    let listed: Vec<_> = server
        .flow
        .identity_flows()
        .flows()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(listed.len(), 2);
    let seen = server.seen();
    seen[0].is("GET", "/flowSpecs", &[("property", "name==dataset_to_uis")]);
    seen[1].is(
        "GET",
        "/flows",
        &[("property", "flowSpec.id==i-1,i-2"), ("limit", "100")],
    );
}

#[tokio::test]
async fn no_identity_specification_means_no_flows() {
    let server = Recorder::answering(json!({"items": []})).await;
    let listed: Vec<_> = server
        .flow
        .identity_flows()
        .list()
        .try_collect()
        .await
        .unwrap();
    assert!(listed.is_empty());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn the_flow_of_a_dataset_and_its_runs() {
    let server = Recorder::start([
        (200, json!({DATASET: {"name": "Loyalty Members"}})),
        (200, flows()),
        (200, source()),
        (200, json!({"items": [{"id": "r-1", "flowId": "f-1"}]})),
    ])
    .await;
    let runs: Vec<_> = server
        .flow
        .profile_flows()
        .runs("Loyalty Members", Some(RunStatus::Failed))
        .try_collect()
        .await
        .unwrap();
    assert_eq!(runs[0].id.as_str(), "r-1");
    let seen = server.seen();
    seen[0].is(
        "GET",
        "/data/foundation/catalog/dataSets",
        &[
            ("name", "Loyalty Members"),
            ("properties", "name"),
            ("limit", "100"),
            ("start", "0"),
        ],
    );
    seen[3].is(
        "GET",
        "/runs",
        &[
            ("property", "flowId==f-1"),
            ("property", "metrics.statusSummary.status==failed"),
            ("orderby", "-createdAt"),
            ("limit", "100"),
        ],
    );
}

#[tokio::test]
async fn a_dataset_without_a_flow_is_not_found() {
    let server = Recorder::start([(200, dataset()), (200, json!({"items": []}))]).await;
    let error = server.flow.profile_flows().find(DATASET).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint_text().unwrap().contains("profiles"));
}

#[tokio::test]
async fn several_datasets_of_a_name_are_told() {
    let server = Recorder::answering(
        json!({"d-1": {"name": "n"}, "d-2": {"name": "n"}, "d-3": {"name": "n 2"}}),
    )
    .await;
    let error = server.flow.profile_flows().find("n").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.hint_text().unwrap().contains("d-1, d-2"));
}
