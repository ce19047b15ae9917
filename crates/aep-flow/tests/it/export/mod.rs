//! Exports of datasets.

use std::time::Duration;

use aep_core::{DatasetId, ErrorKind};
use aep_flow::export::{AdHocOptions, ExportNow, ExportableFilter};
use aep_flow::pipeline::LakeToZone;
use aep_flow::{ExportFormat, RunStatus, State};
use futures::TryStreamExt as _;

use crate::pipeline::stock;
use crate::world::{MEMBERS, World, world};

/// What an emulator needs no time for.
fn at_once() -> AdHocOptions {
    AdHocOptions {
        retry_every: Duration::from_millis(1),
        retry_for: Duration::from_millis(20),
        ..AdHocOptions::default()
    }
}

async fn members(world: &World) -> DatasetId {
    let datasets = world.flow.exports().datasets(ExportableFilter::default());
    let all: Vec<_> = datasets.try_collect().await.unwrap();
    let members = all
        .into_iter()
        .find(|one| one.name.as_deref() == Some(MEMBERS));
    members.unwrap().id
}

#[tokio::test]
async fn exportable_datasets_come_by_the_page() {
    let world = world().await;
    let exports = world.flow.exports();
    let filter = ExportableFilter {
        properties: vec!["name".to_owned()],
        page_size: 1,
    };
    let all: Vec<_> = exports.datasets(filter).try_collect().await.unwrap();
    assert!(all.len() >= 2, "{all:?}");
    assert!(all.iter().any(|one| one.name.as_deref() == Some(MEMBERS)));
    assert!(world.calls("listConnectionSpecConfigs") >= 2);
}

#[tokio::test]
async fn a_dataset_is_exported_to_the_landing_zone() {
    let world = world().await;
    let export = LakeToZone::new("members out", [MEMBERS], "exports/members")
        .files(ExportFormat::Json)
        .base_name("b")
        .source_name("s")
        .target_name("t");
    let made = world
        .flow
        .exports()
        .dataset_to_landing_zone(export, None)
        .await
        .unwrap();
    assert_eq!(
        stock(&world.flow).await,
        ["connection b", "source s", "target t", "flow members out"]
    );
    let flow = world.flow.flows().get(&made.flow).await.unwrap();
    assert_eq!(
        flow.raw()["scheduleParams"]["exportMode"],
        "FIRST_FULL_THEN_INCREMENTAL"
    );
    let unknown = LakeToZone::new("x", ["No Such"], "exports");
    let error = world
        .flow
        .exports()
        .dataset_to_landing_zone(unknown, None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(stock(&world.flow).await.len(), 4);
}

#[tokio::test]
async fn a_flow_that_is_too_young_is_tried_again_until_it_is_ready() {
    let world = world().await;
    let exports = world.flow.exports();
    let export = LakeToZone::new("members out", [MEMBERS], "exports/members");
    let made = exports.dataset_to_landing_zone(export, None).await.unwrap();
    let dataset = members(&world).await;
    let ids = [dataset];
    let error = exports.run(&made.flow, &ids, &at_once()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{}", error.report());
    assert!(world.calls("runAdhocActivation") > 1, "tried again");
    world.emulator.clock().advance(Duration::from_mins(11));
    let run = exports.run(&made.flow, &ids, &at_once()).await.unwrap();
    assert!(run.is_terminal());
    assert_eq!(run.status, Some(RunStatus::Success), "{run:?}");
}

#[tokio::test]
async fn a_dataset_of_another_flow_is_refused() {
    let world = world().await;
    let exports = world.flow.exports();
    let export = LakeToZone::new("members out", [MEMBERS], "exports/members");
    let made = exports.dataset_to_landing_zone(export, None).await.unwrap();
    world.emulator.clock().advance(Duration::from_mins(11));
    let other = DatasetId::new("000000000000000000000000").unwrap();
    let error = exports
        .start(&made.flow, &[other], &at_once())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{}", error.report());
    let error = exports
        .start(&made.flow, &[], &at_once())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn the_flow_that_exports_a_dataset_is_used_again() {
    let world = world().await;
    let exports = world.flow.exports();
    let now = || {
        ExportNow::new(MEMBERS, "exports/members")
            .first_delay(Duration::ZERO)
            .ad_hoc(at_once())
    };
    let error = exports.now(now()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        error.report().to_string().contains("new flow"),
        "it is named"
    );
    let before = stock(&world.flow).await;
    world.emulator.clock().advance(Duration::from_mins(11));
    let exported = exports.now(now().disable_afterwards()).await.unwrap();
    assert!(!exported.created);
    assert_eq!(stock(&world.flow).await, before, "nothing new");
    let flow = world.flow.flows().get(&exported.flow).await.unwrap();
    assert_eq!(flow.state, Some(State::Disabled));
    let again = exports.now(now()).await.unwrap();
    assert_eq!(again.flow, exported.flow, "enabled again");
}
