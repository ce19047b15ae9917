//! Files in the forms that source connections can have.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::*;
use crate::batch::plain;
use crate::flow_service::{S3, s3};

async fn run_once(world: &World, data: Value, params: Value) -> Value {
    let source = source(world, data, params).await;
    let flow = flow_from(world, &source, once(world), json!({})).await;
    start(world, &flow).await;
    done(world, &flow, 1).await.remove(0)
}

#[tokio::test]
async fn delimited_files_with_their_separator_packed() {
    let world = World::new().await;
    let text = "_id;_local.memberId;_local.points;_local.tier\nm1;M1;3;gold\nm2;M2;;silver\n";
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    put(&world, "in/a-premium-1.csv.gz", gzip.finish().unwrap()).await;
    put(&world, "in/other.csv.gz", b"no gzip".to_vec()).await;
    let data = json!({"format": "delimited", "properties": {"columnDelimiter": ";", "compressionType": "gzip"}});
    let params = json!({"path": "dlz-user-container/in/*premium*.csv.gz", "type": "folder"});
    let done = run_once(&world, data, params).await;
    assert_eq!(status(&done), "success", "{done}");
    let batch = Batch {
        world: &world,
        id: batch_of(&done),
        dataset: String::new(),
    };
    let rows = crate::batch::plain_all(&batch.stored().await);
    assert_eq!(
        rows,
        [
            plain(&json!({"_id": "m1", "_local": {"memberId": "M1", "points": 3, "tier": "gold"}})),
            plain(&json!({"_id": "m2", "_local": {"memberId": "M2", "tier": "silver"}})),
        ]
    );
}

#[tokio::test]
async fn json_as_lines_and_as_an_array_in_one_run() {
    let world = World::new().await;
    put(&world, "in/lines.json", members(0, 2)).await;
    let array = json!([member(2), member(3)]);
    put(
        &world,
        "in/array.json",
        serde_json::to_vec_pretty(&array).unwrap(),
    )
    .await;
    let done = run_once(&world, json!({"format": "json"}), folder()).await;
    assert_eq!(
        landed(&world, &batch_of(&done)).await,
        ["m0", "m1", "m2", "m3"]
    );
}

#[tokio::test]
async fn parquet_files_of_the_lake_itself() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("a.json", members(0, 4)).await;
    batch.finish().await;
    let (_, bytes) = batch.download().await.remove(0);
    put(&world, "in/a.parquet", bytes).await;
    for format in ["parquet", "parquet_xdm"] {
        let done = run_once(&world, json!({"format": format}), folder()).await;
        assert_eq!(
            landed(&world, &batch_of(&done)).await,
            ["m0", "m1", "m2", "m3"]
        );
    }
}

#[tokio::test]
async fn a_bucket_of_a_cloud_storage() {
    let world = World::new().await;
    let made = crate::support::send(world.request("PUT", "/__emulator/buckets/acme")).await;
    let keys = made.expect(201);
    let text = |key: &str| keys[key].as_str().unwrap().to_owned();
    let store = object_store::aws::AmazonS3Builder::new()
        .with_endpoint(world.emulator.url())
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_bucket_name("acme")
        .with_access_key_id(text("accessKeyId"))
        .with_secret_access_key(text("secretAccessKey"))
        .build()
        .unwrap();
    let payload = PutPayload::from(members(0, 2));
    store.put(&"summer/a.json".into(), payload).await.unwrap();
    let base = make(&world, "connections", &s3()).await;
    let body = json!({
        "name": "s3", "baseConnectionId": base, "connectionSpec": spec(S3), "data": {"format": "json"},
        "params": {"path": "/acme/summer/", "type": "folder"},
    });
    let source = make(&world, "sourceConnections", &body).await;
    let flow = flow_from(&world, &source, once(&world), json!({})).await;
    start(&world, &flow).await;
    let run = done(&world, &flow, 1).await.remove(0);
    assert_eq!(landed(&world, &batch_of(&run)).await, ["m0", "m1"]);
}
