//! From making to deleting.

use aep_core::{ErrorKind, Secret};
use aep_flow::connections::{Streaming, StreamingData};
use aep_flow::flows::PolicyChange;
use aep_flow::schedule::Frequency;
use aep_flow::specs::{connection, flow};
use aep_flow::{CloudAccount, FlowKind, NewConnection, NewFlow, NewSource, PatchOp, State};
use serde_json::json;

use super::{flow_named, source, target};
use crate::world::world;

fn bucket() -> CloudAccount {
    CloudAccount::AmazonS3 {
        access_key: Secret::new("AKIAIOSFODNN7EXAMPLE".replace('0', "A")),
        secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()),
    }
}

#[tokio::test]
async fn a_connection_lives() {
    let world = world().await;
    let connections = world.flow.connections();
    let new = NewConnection::cloud_source("events bucket", &bucket()).unwrap();
    let made = connections.create(new.description("raw")).await.unwrap();
    let read = connections.get(&made.id).await.unwrap();
    assert_eq!(
        (&read.name, &read.etag),
        (&"events bucket".to_owned(), &made.etag)
    );
    assert_eq!(read.state, Some(State::Enabled));
    assert_eq!(
        read.connection_spec.as_ref().unwrap().id,
        connection::AMAZON_S3_SOURCE
    );
    let shown = format!("{read:?} {}", serde_json::to_string(&read).unwrap());
    assert!(!shown.contains("wJalrXUtnFEMI"), "{shown}");
    assert!(connections.test(&made.id).await.unwrap());

    let rename = vec![PatchOp::replace("/name", "bucket of events")];
    let changed = connections
        .update(&made.id, &made.etag, rename.clone())
        .await
        .unwrap();
    assert_ne!(changed.etag, made.etag);
    let stale = connections
        .update(&made.id, &made.etag, rename)
        .await
        .unwrap_err();
    assert_eq!(stale.kind(), ErrorKind::Conflict);
    assert!(stale.hint_text().unwrap().contains("read it again"));
    assert_eq!(
        connections.find("bucket of events").await.unwrap().id,
        made.id
    );

    let off = connections.disable(&made.id).await.unwrap();
    assert_eq!(off.state, Some(State::Disabled));
    let on = connections.enable(&made.id).await.unwrap();
    assert_eq!(on.state, Some(State::Enabled));

    connections.delete(&made.id).await.unwrap();
    let gone = connections.get(&made.id).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_stream_has_an_inlet() {
    let world = world().await;
    let connections = world.flow.connections();
    let choices = Streaming {
        data: StreamingData::Xdm,
        authentication_required: true,
        inlet_name: None,
    };
    let new = NewConnection::streaming("in", "life-1", choices);
    let made = connections.create(new).await.unwrap();
    let read = connections.get(&made.id).await.unwrap();
    let inlet = read.inlet_id().unwrap();
    assert!(read.inlet_url().unwrap().ends_with(&inlet));
    assert!(read.authentication_required());
    let new = NewSource::streaming("in", made.id);
    let source = world.flow.sources().create(new).await.unwrap();
    let target = target(&world.flow, "in").await;
    let flows = world.flow.flows();
    let made = flows
        .create(NewFlow::streaming("in", source.id, target.id).description("messages"))
        .await
        .unwrap();
    let read = flows.get(&made.id).await.unwrap();
    assert_eq!(read.flow_spec.as_ref().unwrap().id, flow::STREAMING);
    assert_eq!(read.description.as_deref(), Some("messages"));
    assert!(read.schedule.is_none());
}

#[tokio::test]
async fn source_and_target_connections_live() {
    let world = world().await;
    let (sources, targets) = (world.flow.sources(), world.flow.targets());
    let made = source(&world.flow, "s").await;
    let read = sources.get(&made.id).await.unwrap();
    assert_eq!(read.path().as_deref(), Some("dlz-user-container/in/"));
    let change = vec![PatchOp::replace(
        "/params/path",
        "dlz-user-container/other/",
    )];
    let changed = sources
        .update(&made.id, &read.etag, change.clone())
        .await
        .unwrap();
    assert_eq!(sources.get(&made.id).await.unwrap().etag, changed.etag);
    let stale = sources
        .update(&made.id, &read.etag, change)
        .await
        .unwrap_err();
    assert_eq!(stale.kind(), ErrorKind::Conflict);
    sources.delete(&made.id).await.unwrap();
    assert_eq!(
        sources.find("s").await.unwrap_err().kind(),
        ErrorKind::NotFound
    );

    let made = target(&world.flow, "t").await;
    let read = targets.find("t").await.unwrap();
    assert_eq!(read.datasets().len(), 1);
    assert!(read.schema().is_some());
    let change = vec![PatchOp::add("/description", "d")];
    targets.update(&made.id, &read.etag, change).await.unwrap();
    targets.delete(&made.id).await.unwrap();
    assert_eq!(
        targets.get(&made.id).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn a_flow_lives() {
    let world = world().await;
    let flows = world.flow.flows();
    let made = flow_named(&world.flow, "nightly", Frequency::Hour(1)).await;
    let read = flows.find("nightly").await.unwrap();
    assert_eq!((&read.id, &read.etag), (&made.id, &made.etag));
    assert_eq!(
        (read.kind(), read.state.clone()),
        (FlowKind::Source, Some(State::Enabled))
    );
    assert_eq!(read.schedule.as_ref().unwrap().to_string(), "every hour");
    assert_eq!(read.target_specs(), [connection::DATA_LAKE_TARGET.as_str()]);

    let change = vec![PatchOp::replace("/scheduleParams/interval", json!(2))];
    let changed = flows
        .update(&made.id, &read.etag, change.clone())
        .await
        .unwrap();
    let stale = flows
        .update(&made.id, &read.etag, change)
        .await
        .unwrap_err();
    assert_eq!(stale.kind(), ErrorKind::Conflict);
    let read = flows.get(&made.id).await.unwrap();
    assert_eq!(read.etag, changed.etag);
    assert_eq!(read.schedule.as_ref().unwrap().interval, Some(2));

    let off = flows.disable(&made.id).await.unwrap();
    assert_eq!(
        flows.get(&made.id).await.unwrap().state,
        Some(State::Disabled)
    );
    let again = flows.disable(&made.id).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Conflict);
    let on = flows.enable(&made.id).await.unwrap();
    assert_ne!(on.etag, off.etag);

    let refs = ["/dulepolicy/marketingActions/a"];
    let with = flows
        .policies(&made.id, &refs, PolicyChange::Replace)
        .await
        .unwrap();
    assert_eq!(with.policies(), refs);
    let more = ["/dulepolicy/marketingActions/b"];
    let with = flows
        .policies(&made.id, &more, PolicyChange::Add)
        .await
        .unwrap();
    assert_eq!(with.policies(), [refs[0], more[0]]);

    flows.delete(&made.id).await.unwrap();
    assert_eq!(
        flows.get(&made.id).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn a_draft_is_published() {
    let world = world().await;
    let (source, target) = (
        source(&world.flow, "d").await,
        target(&world.flow, "d").await,
    );
    let flows = world.flow.flows();
    let new = NewFlow::new("d", flow::CLOUD_STORAGE_TO_LAKE, source.id, target.id).draft(true);
    let made = flows.create(new).await.unwrap();
    let read = flows.get(&made.id).await.unwrap();
    assert_eq!(read.state, Some(State::Draft));
    let schedule = json!({"startTime": 4_102_444_800_u64, "frequency": "once"});
    let change = vec![PatchOp::add("/scheduleParams", schedule)];
    flows.update(&made.id, &read.etag, change).await.unwrap();
    flows
        .action(&made.id, aep_flow::FlowAction::Publish)
        .await
        .unwrap();
    let read = flows.get(&made.id).await.unwrap();
    assert_eq!(read.state, Some(State::Enabled));
}
