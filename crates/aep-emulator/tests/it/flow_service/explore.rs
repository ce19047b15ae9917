//! Explore and configs. What explore calls answer about files has its tests with the zone.

use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use serde_json::json;

use super::*;

#[tokio::test]
async fn explore_goes_to_the_storage_behind_a_connection() {
    let world = World::new().await;
    let zone = at(&format!(
        "connectionSpecs/{LANDING_ZONE}/explore?objectType=root"
    ));
    assert_eq!(world.get(&zone).await.expect(200), json!([]));
    let bucket = make(&world, "connections", &s3()).await;
    let root = at(&format!("connections/{bucket}/explore?objectType=ROOT"));
    assert_eq!(world.get(&root).await.expect(200), json!([]));
    let out = json!({"name": "out", "connectionSpec": spec(LANDING_ZONE_TARGET)});
    let out = make(&world, "connections", &out).await;
    let root = at(&format!("connections/{out}/explore?objectType=root"));
    assert_eq!(world.get(&root).await.expect(200), json!([]));
}

#[tokio::test]
async fn a_base_connection_sees_its_buckets() {
    let world = World::new().await;
    let id = make(&world, "connections", &s3()).await;
    let keys = send(world.bare("PUT", "/__emulator/buckets/acme-raw"))
        .await
        .expect(201);
    let store = AmazonS3Builder::new()
        .with_endpoint(keys["endpoint"].as_str().unwrap())
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_bucket_name("acme-raw")
        .with_access_key_id(keys["accessKeyId"].as_str().unwrap())
        .with_secret_access_key(keys["secretAccessKey"].as_str().unwrap())
        .build()
        .unwrap();
    let content = PutPayload::from_static(b"id,name\n1,one\n");
    store
        .put(&Path::parse("in/a.csv").unwrap(), content)
        .await
        .unwrap();
    let explore = async |query: &str| {
        let url = at(&format!("connections/{id}/explore?{query}"));
        world.get(&url).await.expect(200)
    };
    let root = explore("objectType=root").await;
    assert_eq!(
        (&root[0]["type"], &root[0]["path"]),
        (&json!("folder"), &json!("acme-raw/"))
    );
    let folder = explore("objectType=folder&object=acme-raw/in/").await;
    assert_eq!(folder[0]["path"], "acme-raw/in/a.csv");
    let file = "object=acme-raw/in/a.csv&fileType=delimited";
    let seen = explore(&format!("objectType=file&{file}&preview=true")).await;
    assert_eq!(seen["schema"]["columns"][1]["name"], "name");
    let configs = at(&format!("connections/{id}/configs?{file}"));
    let columns = world.get(&configs).await.expect(200);
    assert_eq!(columns["items"][0]["columnName"], "id");
    assert!(columns["items"][0]["columnType"].is_string());
}

#[tokio::test]
async fn explore_is_refused_where_there_is_nothing_to_see() {
    let world = World::new().await;
    let lake = json!({"name": "l", "connectionSpec": spec(LAKE)});
    let lake = make(&world, "connections", &lake).await;
    let bucket = make(&world, "connections", &s3()).await;
    for (path, code) in [
        (
            format!("connections/{lake}/explore?objectType=root"),
            "CONNECTOR-1336-400",
        ),
        (
            format!("connectionSpecs/{S3}/explore?objectType=root"),
            "CONNECTOR-1372-400",
        ),
        (
            "connectionSpecs/nothing/explore?objectType=root".to_owned(),
            "FLOW-1439-404",
        ),
        (
            "connections/nothing/explore?objectType=root".to_owned(),
            "FLOW-1439-404",
        ),
        ("connections/nothing/test".to_owned(), "FLOW-1439-404"),
        ("connections/nothing/configs".to_owned(), "FLOW-1439-404"),
        (
            format!("connections/{bucket}/explore?objectType=heap"),
            "CONNECTOR-1358-400",
        ),
        (
            format!("connections/{bucket}/explore?objectType=folder&object=none/"),
            "CONNECTOR-1003-404",
        ),
    ] {
        refused(world.get(&at(&path)).await, code);
    }
}

#[tokio::test]
async fn exportable_datasets_are_catalogs() {
    let world = World::new().await;
    let configs = |id: &str, rest: &str| at(&format!("connectionSpecs/{id}/configs?{rest}"));
    let both = "outputType=activationDatasets&outputField=datasets";
    let all = world.get(&configs(LAKE_SOURCE, both)).await.expect(200);
    assert_eq!(
        all["pageInfo"],
        json!({"start": 0, "end": 2, "total": 2, "hasNext": false})
    );
    assert!(all["items"][0]["id"].is_string() && all["items"][0]["schemaRef"].is_object());
    let url = configs(
        LAKE_SOURCE,
        &format!("{both}&start=0&limit=1&properties=name,state"),
    );
    let page = world.get(&url).await.expect(200);
    assert_eq!(page["pageInfo"]["hasNext"], true);
    assert_eq!(page["items"][0].as_object().unwrap().len(), 3);
    let url = configs(LAKE_SOURCE, &format!("{both}&name=Loyalty%20Purchases"));
    let named = world.get(&url).await.expect(200);
    assert_eq!(named["items"][0]["name"], "Loyalty Purchases");
    assert_eq!(named["pageInfo"]["total"], 1);
    // As a published client asks.
    let zone = world.get(&configs(LANDING_ZONE_TARGET, both)).await;
    assert_eq!(zone.expect(200)["pageInfo"]["total"], 2);
    for (path, code) in [
        (configs(S3, both), "FLOW-1413-400"),
        (configs("nothing", both), "FLOW-1439-404"),
        (configs(LAKE_SOURCE, ""), "FLOW-2119-400"),
        (
            configs(LAKE_SOURCE, "outputType=activationDatasets"),
            "FLOW-2119-400",
        ),
        (
            configs(LAKE_SOURCE, "outputType=segments&outputField=datasets"),
            "FLOW-1452-400",
        ),
        (
            configs(LAKE_SOURCE, &format!("{both}&limit=101")),
            "FLOW-1452-400",
        ),
        (
            configs(LAKE_SOURCE, &format!("{both}&limit=0")),
            "FLOW-1452-400",
        ),
    ] {
        refused(world.get(&path).await, code);
    }
}
