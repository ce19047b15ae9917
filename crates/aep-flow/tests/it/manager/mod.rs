//! A flow and everything that it points at.

use aep_core::ErrorKind;
use aep_emulator::{Fault, FaultRule};
use aep_flow::flows::FlowKind;
use aep_flow::manager::{FlowManager, Part};
use aep_flow::mapping::{Mapping, NewMappingSet};
use aep_flow::pipeline::{LakeToZone, Made, StepKind, StorageToLake};
use aep_flow::specs::connection;
use aep_flow::{PatchOp, RunFilter};
use futures::TryStreamExt as _;

use crate::pipeline::s3;
use crate::world::{MEMBERS, World, world};

async fn mapped(world: &World) -> Made {
    let pipeline = StorageToLake::cloud("nightly", s3(), "bucket/in/", MEMBERS)
        .description("for the tests")
        .mapping(vec![Mapping::copy("id", "_id")]);
    world.flow.pipelines().create(pipeline).await.unwrap()
}

#[tokio::test]
async fn a_summary_has_every_part() {
    let world = world().await;
    let made = mapped(&world).await;
    let manager = FlowManager::find(&world.flow, "nightly").await.unwrap();
    assert_eq!(*manager.id(), made.flow);
    let summary = manager.summary().await.unwrap();
    assert_eq!(summary.name, "nightly");
    assert_eq!(summary.kind, FlowKind::Source);
    assert_eq!(summary.frequency.as_deref(), Some("batch"));
    assert_eq!(
        summary.flow_spec.known().unwrap().name.as_deref(),
        Some("CloudStorageToAEP")
    );
    let source = summary.source.known().unwrap();
    assert_eq!(
        source.connection_spec.known().unwrap().id,
        connection::AMAZON_S3_SOURCE.as_str()
    );
    assert_eq!(
        source.connection.known().unwrap().name.as_deref(),
        Some("nightly connection")
    );
    let target = summary.target.known().unwrap();
    assert_eq!(
        target.connection_spec.known().unwrap().id,
        connection::DATA_LAKE_TARGET.as_str(),
        "its own, not that of the source"
    );
    assert!(matches!(target.connection, Part::None));
    let datasets = summary.datasets.known().unwrap();
    assert_eq!(datasets[0].name.known().map(String::as_str), Some(MEMBERS));
    assert!(datasets[0].written);
    assert!(summary.schema.known().unwrap().name.is_some());
    let mapping = summary.mapping.known().unwrap();
    assert_eq!(mapping.id, made.id(StepKind::MappingSet).unwrap());
    assert_eq!((mapping.version, mapping.rules), (0, 1));
    assert!(summary.runs.known().is_some());
    let shown = serde_json::to_value(&summary).unwrap();
    assert_eq!(shown["source"]["name"], "nightly source");
    assert_eq!(shown["target"]["connection"], serde_json::Value::Null);
}

#[tokio::test]
async fn each_part_is_fetched_when_it_is_wanted_and_once() {
    let world = world().await;
    let made = mapped(&world).await;
    let manager = world.flow.manager(&made.flow);
    world.emulator.requests().clear();
    assert_eq!(manager.kind().await.unwrap(), FlowKind::Source);
    assert_eq!(world.calls("getFlow"), 1);
    assert_eq!(world.calls("getSourceConnection"), 0, "not wanted yet");
    manager.summary().await.unwrap();
    manager.clone().summary().await.unwrap();
    for operation in [
        "getFlow",
        "getFlowSpec",
        "getSourceConnection",
        "getTargetConnection",
        "getConnection",
        "retrieveMappingSet",
        "listRuns",
    ] {
        assert_eq!(world.calls(operation), 1, "{operation}");
    }
    assert_eq!(world.calls("getConnectionSpec"), 2);
    manager.refresh();
    manager.flow().await.unwrap();
    assert_eq!(world.calls("getFlow"), 2);
}

#[tokio::test]
async fn a_part_that_cannot_be_read_does_not_hide_the_others() {
    let world = world().await;
    let made = mapped(&world).await;
    world.fault(FaultRule::new("getSourceConnection", Fault::status(403)));
    world.fault(FaultRule::new("retrieveMappingSet", Fault::status(400)));
    let summary = world.flow.manager(&made.flow).summary().await.unwrap();
    assert!(
        matches!(summary.source, Part::Unreadable(_)),
        "{:?}",
        summary.source
    );
    assert!(summary.mapping.is_broken());
    assert!(summary.target.known().is_some());
    assert!(summary.datasets.known().is_some());
    let shown = serde_json::to_value(&summary).unwrap();
    assert!(shown["source"]["error"].is_string(), "{shown}");
}

#[tokio::test]
async fn a_dataset_that_was_deleted_is_missing() {
    let world = world().await;
    let made = mapped(&world).await;
    let manager = world.flow.manager(&made.flow);
    let dataset = manager.target().await.unwrap().unwrap().datasets()[0].clone();
    world.delete_dataset(&dataset).await;
    let summary = manager.summary().await.unwrap();
    assert!(matches!(
        summary.datasets.known().unwrap()[0].name,
        Part::Missing
    ));
    let error = manager.to_document().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_flow_that_does_not_exist_is_an_error() {
    let world = world().await;
    let error = FlowManager::find(&world.flow, "nobody").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let id = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    let error = world.flow.manager(&id).summary().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn an_update_answers_the_flow_as_it_is_then() {
    let world = world().await;
    let made = mapped(&world).await;
    let manager = world.flow.manager(&made.flow);
    let stale = world.flow.manager(&made.flow);
    stale.flow().await.unwrap();
    let flow = manager
        .update(vec![PatchOp::replace("/name", "renamed")])
        .await
        .unwrap();
    assert_eq!(flow.name, "renamed");
    assert!(flow.state.is_some());
    assert_eq!(manager.summary().await.unwrap().name, "renamed");
    let error = stale
        .update(vec![PatchOp::replace("/name", "lost")])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{}", error.report());
    assert_eq!(
        stale.flow().await.unwrap().name,
        "nightly",
        "what is known stays"
    );
}

#[tokio::test]
async fn the_mapping_is_exchanged_as_often_as_one_likes() {
    let world = world().await;
    let made = mapped(&world).await;
    let manager = world.flow.manager(&made.flow);
    let set = manager.mapping_set().await.unwrap().unwrap();
    let new = NewMappingSet::new(set.schema.clone().unwrap(), [Mapping::copy("key", "_id")]);
    let other = world.flow.mapping_sets().create(&new).await.unwrap();
    for id in [&other.id, &set.id, &other.id] {
        let flow = manager.use_mapping(Some(id), None).await.unwrap();
        assert_eq!(flow.mapping().unwrap().id, id.to_string());
        assert_eq!(flow.transformations.len(), 1);
    }
    let flow = manager.use_mapping(None, Some(0)).await.unwrap();
    assert_eq!(flow.mapping().unwrap().version, Some(0));
    let unknown = "ffffffffffffffffffffffffffffffff".parse().unwrap();
    let error = manager.use_mapping(Some(&unknown), None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{}", error.report());
}

#[tokio::test]
async fn an_export_knows_what_it_reads() {
    let world = world().await;
    let export = LakeToZone::new("out", [MEMBERS], "exports");
    let made = world.flow.pipelines().create(export).await.unwrap();
    let manager = world.flow.manager(&made.flow);
    assert_eq!(manager.kind().await.unwrap(), FlowKind::Destination);
    let datasets = manager.datasets().await.unwrap();
    assert!(!datasets[0].written);
    assert_eq!(datasets[0].dataset.known().unwrap().name, MEMBERS);
    assert!(manager.mapping_set().await.unwrap().is_none());
    let error = manager.use_mapping(None, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let runs: Vec<_> = manager
        .runs(RunFilter::default())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(runs.len(), manager.recent_runs().await.unwrap().len());
}
