//! Datasets and schemas.

use aep_core::{DatasetId, ErrorKind, SchemaId};
use aep_ingest::{DatasetFilter, NewDataset, SchemaFilter, View};
use futures::TryStreamExt;
use serde_json::json;

use crate::support::{MEMBERS, world};

#[tokio::test]
async fn a_dataset_is_found_by_id_and_by_name() {
    let world = world().await;
    let datasets = world.ingest.datasets();
    let by_name = datasets.find(MEMBERS).await.unwrap();
    let by_id = datasets.find(by_name.id.as_str()).await.unwrap();
    assert_eq!(by_id.name, MEMBERS);
    assert_eq!(by_id.id, by_name.id);
    assert!(by_name.schema.is_some());
    assert_eq!(
        serde_json::to_value(&by_name).unwrap()["id"],
        by_name.id.as_str()
    );
    for missing in ["Loyalty Nobody", "000000000000000000000000"] {
        assert_eq!(
            datasets.find(missing).await.unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }
}

#[tokio::test]
async fn a_name_that_several_have_lists_them() {
    let world = world().await;
    let datasets = world.ingest.datasets();
    let schema = world.members().await.schema.unwrap();
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(
            datasets
                .create(NewDataset::new("Twins, of course", schema.clone()))
                .await
                .unwrap()
                .id,
        );
    }
    let error = datasets.find("Twins, of course").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(
        ids.iter()
            .all(|id| error.hint_text().unwrap().contains(id.as_str())),
        "{}",
        error.report()
    );
    datasets.delete(&ids[0]).await.unwrap();
    assert_eq!(datasets.find("Twins, of course").await.unwrap().id, ids[1]);
    let gone = datasets.delete(&ids[0]).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn datasets_are_listed_by_page() {
    let world = world().await;
    let datasets = world.ingest.datasets();
    let schema = world.members().await.schema.unwrap();
    for index in 0..5 {
        datasets
            .create(NewDataset::new(format!("more {index}"), schema.clone()))
            .await
            .unwrap();
    }
    let filter = DatasetFilter {
        page_size: 2,
        ..DatasetFilter::default()
    };
    let all: Vec<_> = datasets.list(filter).try_collect().await.unwrap();
    assert_eq!(all.len(), 7);
    assert!(
        all.windows(2)
            .all(|pair| pair[0].created >= pair[1].created),
        "the newest first"
    );
    assert_eq!(
        datasets
            .get(&DatasetId::new("nope").unwrap())
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn schemas_are_listed_found_and_sampled() {
    let world = world().await;
    let schemas = world.ingest.schemas();
    let all: Vec<_> = schemas
        .list(SchemaFilter::default())
        .try_collect()
        .await
        .unwrap();
    assert!(
        all.iter()
            .any(|schema| schema.title.as_deref() == Some(MEMBERS))
    );
    let id = schemas.find(MEMBERS).await.unwrap();
    assert_eq!(schemas.find(id.as_str()).await.unwrap(), id);
    let full = schemas.get(&id, View::Full).await.unwrap();
    assert!(full["properties"]["_local"]["properties"]["memberId"].is_object());
    assert!(schemas.get(&id, View::Raw).await.unwrap()["allOf"].is_array());
    assert!(schemas.sample(&id).await.unwrap().is_object());
    let compiled = schemas.resolved(&id).await.unwrap();
    assert!(compiled.field("_local.memberId").is_some());
    let before = world.calls("retrieveSchema");
    schemas.resolved(&id).await.unwrap();
    assert_eq!(world.calls("retrieveSchema"), before, "compiled once");
    assert_eq!(
        schemas.find("No Such Schema").await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let unknown = SchemaId::new("https://ns.adobe.com/local/schemas/0").unwrap();
    assert_eq!(
        schemas.get(&unknown, View::Full).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn a_schema_is_made() {
    let world = world().await;
    let document = json!({"type": "object", "title": "Made Here", "description": "",
        "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}]});
    let made = world.ingest.schemas().create(document).await.unwrap();
    let id = world.ingest.schemas().find("Made Here").await.unwrap();
    assert_eq!(made["$id"], id.as_str());
    assert_eq!(
        world
            .ingest
            .schemas()
            .create(json!({"title": "x"}))
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::Usage
    );
}
