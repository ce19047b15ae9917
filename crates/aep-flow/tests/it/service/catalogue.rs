//! The published specifications are there, under their ids, names and sides.

use aep_flow::specs::{CONNECTION_SPECS, FLOW_SPECS, connection, flow};
use aep_flow::{Configs, Explore, Role, SpecFilter};
use futures::TryStreamExt;
use serde_json::Value;

use crate::world::world;

#[tokio::test]
async fn every_published_specification_is_found() {
    let world = world().await;
    let specs = world.flow.connection_specs();
    let all = specs.list(SpecFilter::default()).await.unwrap();
    for known in CONNECTION_SPECS {
        let spec = all.iter().find(|spec| spec.id == known.id).unwrap();
        assert_eq!(spec.name, known.name, "{}", known.id);
        for form in known.auth {
            let read = spec.auth.iter().find(|read| read.name == form.name);
            let read = read.unwrap_or_else(|| panic!("{} has no {}", known.name, form.name));
            for param in form.params {
                assert!(read.params().contains(param), "{}: {param}", known.name);
            }
        }
        let found = specs.find(known.name, known.role).await;
        match found {
            Ok(found) => assert_eq!(found.id, known.id),
            // several of a name on one side are told, and none is chosen
            Err(error) => assert!(error.hint_text().unwrap().contains(known.id.as_str())),
        }
    }
    let flows = world.flow.flow_specs();
    for known in FLOW_SPECS {
        assert_eq!(flows.get(&known.id).await.unwrap().name, known.name);
        assert_eq!(flows.find(known.name).await.unwrap().id, known.id);
    }
}

#[tokio::test]
async fn names_of_specifications_lead_to_the_flow() {
    let world = world().await;
    let specs = world.flow.flow_specs();
    let ingest = specs
        .find_for("CloudStorageToAEP", Some("landing-zone"), Some("datalake"))
        .await
        .unwrap();
    assert_eq!(ingest.id, flow::CLOUD_STORAGE_TO_LAKE);
    assert!(ingest.sources.contains(&connection::AMAZON_S3_SOURCE));
    assert_eq!(ingest.is_source_flow(), Some(true));
    let names = world.flow.connection_specs().names().await.unwrap();
    let twins: Vec<_> = names
        .iter()
        .filter(|name| name.name == "Amazon S3")
        .collect();
    assert_eq!(twins.len(), 2);
    assert_ne!(twins[0].roles, twins[1].roles);
    assert_eq!(
        twins
            .iter()
            .filter(|twin| twin.roles == [Role::Source])
            .count(),
        1
    );
}

#[tokio::test]
async fn the_landing_zone_is_explored_without_a_connection() {
    let world = world().await;
    let specs = world.flow.connection_specs();
    let zone = connection::LANDING_ZONE_SOURCE;
    let top = specs.explore(&zone, Explore::root()).await.unwrap();
    assert!(top.raw().is_array());
    let error = specs
        .explore(&zone, Explore::file("dlz-user-container/none.csv"))
        .await
        .unwrap_err();
    assert!(error.status().is_some());
}

#[tokio::test]
async fn exportable_datasets_are_offered() {
    let world = world().await;
    let mut configs = Configs::exportable_datasets();
    configs.page_size = 1;
    let offered: Vec<Value> = world
        .flow
        .connection_specs()
        .configs(&connection::DATA_LAKE_SOURCE, configs)
        .try_collect()
        .await
        .unwrap();
    assert!(offered.len() >= 2);
    assert!(offered.iter().all(|dataset| dataset["id"].is_string()));
}
