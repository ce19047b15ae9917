//! The flows into the profile store and the identity store.

use aep_core::{DatasetId, ErrorKind, FlowId};
use aep_flow::specs::{connection, flow};
use aep_flow::{ConnectionSpecId, FlowService, NewFlow, NewSource, NewTarget, RunStatus};
use futures::TryStreamExt;

use super::members;
use crate::world::{MEMBERS, world};

/// A flow of the dataset into a store, as the platform makes it by itself.
async fn store_flow(
    service: &FlowService,
    dataset: DatasetId,
    name: &str,
    target: ConnectionSpecId,
) -> FlowId {
    let spec = service.flow_specs().find(name).await.unwrap().id;
    let source = NewSource::data_lake(name, [dataset]);
    let source = service.sources().create(source).await.unwrap();
    let target = service
        .targets()
        .create(NewTarget::new(name, target))
        .await
        .unwrap();
    let new = NewFlow::new(name, spec, source.id, target.id);
    service.flows().create(new).await.unwrap().id
}

#[tokio::test]
async fn each_store_has_its_own_flows() {
    let world = world().await;
    let service = &world.flow;
    let (dataset, _) = members(service).await;
    let ups = store_flow(
        service,
        dataset.clone(),
        flow::DATASET_TO_PROFILES_NAME,
        connection::PROFILE_STORE,
    )
    .await;
    let identities = service
        .flow_specs()
        .find(flow::DATASET_TO_IDENTITIES_NAME)
        .await
        .unwrap();
    let store = identities.targets[0].clone();
    let uis = store_flow(
        service,
        dataset.clone(),
        flow::DATASET_TO_IDENTITIES_NAME,
        store,
    )
    .await;

    let profiles: Vec<_> = service.profile_flows().list().try_collect().await.unwrap();
    let identities: Vec<_> = service.identity_flows().list().try_collect().await.unwrap();
    assert_eq!((profiles.len(), identities.len()), (1, 1));
    assert_eq!((&profiles[0].flow.id, &identities[0].flow.id), (&ups, &uis));
    assert_eq!(profiles[0].dataset.as_ref(), Some(&dataset));
    assert_eq!(profiles[0].dataset_name.as_deref(), Some(MEMBERS));

    let by_name = service.profile_flows().find(MEMBERS).await.unwrap();
    let by_id = service
        .identity_flows()
        .find(dataset.as_str())
        .await
        .unwrap();
    assert_eq!((by_name.flow.id, by_id.flow.id), (ups, uis));
    let failed: Vec<_> = service
        .profile_flows()
        .runs(MEMBERS, Some(RunStatus::Failed))
        .try_collect()
        .await
        .unwrap();
    assert!(failed.is_empty());
    let error = service
        .profile_flows()
        .find("Loyalty Purchases")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
