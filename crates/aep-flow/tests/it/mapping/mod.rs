//! Mapping sets over the wire.

use aep_core::{ErrorKind, SchemaId};
use aep_flow::mapping::{Mapping, MappingFilter, NewMappingSet};
use futures::TryStreamExt as _;
use serde_json::json;

use crate::world::{MEMBERS, World, world};

async fn schema(world: &World) -> SchemaId {
    let answer = world
        .flow
        .resource("/data/foundation/catalog/dataSets")
        .await
        .unwrap();
    let sets = answer.as_object().unwrap();
    let members = sets.values().find(|set| set["name"] == MEMBERS).unwrap();
    SchemaId::new(members["schemaRef"]["id"].as_str().unwrap()).unwrap()
}

fn rules() -> [Mapping; 2] {
    [
        Mapping::copy("id", "_id"),
        Mapping::constant("gold", "_local.tier"),
    ]
}

#[tokio::test]
async fn a_mapping_set_is_made_read_and_listed() {
    let world = world().await;
    let sets = world.flow.mapping_sets();
    let schema = schema(&world).await;
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        let new = NewMappingSet::new(schema.clone(), rules()).name(name);
        let made = sets.create(&new).await.unwrap();
        assert_eq!(made.version, 0);
        assert_eq!(made.schema.as_ref(), Some(&schema));
        assert_eq!(made.mappings, rules());
        assert!(made.created.is_some());
        ids.push(made.id);
    }
    let read = sets.get(&ids[0], Some(0)).await.unwrap();
    assert_eq!(read.id, ids[0]);
    let filter = MappingFilter {
        page_size: 2,
        ..MappingFilter::default()
    };
    let all: Vec<_> = sets.list(filter).try_collect().await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(world.calls("listMappingSets"), 2, "by pages of two");
    let filter = MappingFilter {
        name: Some("two".to_owned()),
        ..MappingFilter::default()
    };
    let two: Vec<_> = sets.list(filter).try_collect().await.unwrap();
    assert_eq!(two.len(), 1);
    assert_eq!(two[0].id, ids[1]);
    let unknown = "ffffffffffffffffffffffffffffffff".parse().unwrap();
    let error = sets.get(&unknown, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{}", error.report());
}

#[tokio::test]
async fn a_mapping_set_is_tried_before_it_is_made() {
    let world = world().await;
    let sets = world.flow.mapping_sets();
    let new = NewMappingSet::new(schema(&world).await, rules());
    assert!(sets.validate(&new).await.unwrap().is_valid());
    let preview = sets.preview(&json!({"id": "m-1"}), &new).await.unwrap();
    assert!(preview.errors.is_empty(), "{:?}", preview.errors);
    assert_eq!(preview.data["_id"], "m-1");
    assert_eq!(preview.data["_local"]["tier"], "gold");
    let empty = NewMappingSet::new(new.schema.clone(), []);
    for error in [
        sets.validate(&empty).await.unwrap_err(),
        sets.create(&empty).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    assert_eq!(world.calls("createMappingSet"), 0);
}
