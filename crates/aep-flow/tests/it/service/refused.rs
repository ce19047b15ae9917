//! What the service refuses leaves nothing behind.

use aep_core::{Client, ErrorKind, FlowId, SandboxName, Secret, Settings};
use aep_flow::schedule::Frequency;
use aep_flow::specs::{connection, flow};
use aep_flow::{
    Auth, ConnectionId, FlowService, IngestSchedule, NewConnection, NewFlow, NewSource, PatchOp,
    SourceFilter,
};
use futures::TryStreamExt;

use super::{flow_named, source, target};
use crate::world::world;

#[tokio::test]
async fn values_that_the_specification_does_not_allow() {
    let world = world().await;
    let auth = Auth::new("Access Key").with_secret("s3AccessKey", Secret::new("short".to_owned()));
    let new = NewConnection::new("n", connection::AMAZON_S3_TARGET).auth(auth);
    let error = world.flow.connections().create(new).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.request_id().is_some());
    assert!(!error.report().to_string().contains("short"));
    let all = world
        .flow
        .connections()
        .count(&aep_flow::ConnectionFilter::default())
        .await;
    assert_eq!(all.unwrap(), 0);
}

#[tokio::test]
async fn references_that_lead_nowhere() {
    let world = world().await;
    let nobody = ConnectionId::new("00000000-0000-4000-8000-000000000000").unwrap();
    let new = NewSource::cloud("n", connection::AMAZON_S3_SOURCE, nobody, "bucket/in/");
    let error = world.flow.sources().create(new).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    let all: Vec<_> = world
        .flow
        .sources()
        .list(SourceFilter::default())
        .try_collect()
        .await
        .unwrap();
    assert!(all.is_empty());
    let (source, target) = (
        source(&world.flow, "s").await,
        target(&world.flow, "t").await,
    );
    // a source of files for a flow of tables
    let schedule = IngestSchedule::once();
    let new = NewFlow::new("n", flow::TABLES_TO_LAKE, source.id, target.id).schedule(schedule);
    let error = world.flow.flows().create(new).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
}

#[tokio::test]
async fn unknown_ids_and_impossible_changes() {
    let world = world().await;
    let flows = world.flow.flows();
    let nobody = FlowId::new("00000000-0000-4000-8000-000000000000").unwrap();
    let change = || vec![PatchOp::replace("/name", "n")];
    for error in [
        flows.get(&nobody).await.unwrap_err(),
        flows.update(&nobody, "\"e\"", change()).await.unwrap_err(),
        flows.delete(&nobody).await.unwrap_err(),
        flows.enable(&nobody).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{}", error.report());
        assert!(error.hint_text().is_some());
    }
    let made = flow_named(&world.flow, "n", Frequency::Once).await;
    let missing = vec![PatchOp::replace("/no/such/place", 1)];
    let error = flows
        .update(&made.id, &made.etag, missing)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(
        flows.get(&made.id).await.unwrap().etag,
        made.etag,
        "unchanged"
    );
}

#[tokio::test]
async fn an_unknown_sandbox_is_not_written_to() {
    let world = world().await;
    let mut settings = Settings::local(world.emulator.url().parse().unwrap());
    settings.sandbox = Some(SandboxName::new("nowhere").unwrap());
    let flow = FlowService::new(Client::new(settings).unwrap());
    let new = NewConnection::landing_zone_target("n");
    let error = flow.connections().create(new).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint_text().unwrap().contains("dev"));
    assert!(world.changes().is_empty());
}
