//! Guided creation, and what is left when it fails.

mod accounts;
mod failure;
mod made;
mod runs;

use aep_core::Secret;
use aep_flow::{
    CloudAccount, ConnectionFilter, FlowFilter, FlowService, SourceFilter, TargetFilter,
};
use futures::TryStreamExt as _;

pub(crate) fn s3() -> CloudAccount {
    CloudAccount::AmazonS3 {
        access_key: Secret::new("AKIAABCDEFGHIJ234567".to_owned()),
        secret_key: Secret::new("0123456789abcdefghijABCDEFGHIJ0123456789".to_owned()),
    }
}

/// Everything that there is in Flow Service, by sort and name.
pub(crate) async fn stock(service: &FlowService) -> Vec<String> {
    let mut all = Vec::new();
    let connections = service.connections().list(ConnectionFilter::default());
    let connections: Vec<_> = connections.try_collect().await.unwrap();
    all.extend(
        connections
            .iter()
            .map(|one| format!("connection {}", one.name)),
    );
    let sources: Vec<_> = service
        .sources()
        .list(SourceFilter::default())
        .try_collect()
        .await
        .unwrap();
    all.extend(sources.iter().map(|one| format!("source {}", one.name)));
    let targets: Vec<_> = service
        .targets()
        .list(TargetFilter::default())
        .try_collect()
        .await
        .unwrap();
    all.extend(targets.iter().map(|one| format!("target {}", one.name)));
    let flows: Vec<_> = service
        .flows()
        .list(FlowFilter::default())
        .try_collect()
        .await
        .unwrap();
    all.extend(flows.iter().map(|one| format!("flow {}", one.name)));
    all
}
