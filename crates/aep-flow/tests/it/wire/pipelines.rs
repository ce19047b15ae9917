//! Guided creation and the manager: what is sent, in which order.

use aep_core::Secret;
use aep_flow::pipeline::{HttpToLake, LakeToZone, StorageToLake};
use aep_flow::schedule::{Frequency, IngestSchedule};
use aep_flow::specs::{STREAMING_PROVIDER, connection, flow};
use aep_flow::{CloudAccount, FileFormat, PatchOp, Start};
use serde_json::{Value, json};

use crate::support::Recorder;

const DATASET: &str = "5e7439b1ad55a618ad4c5102";
const SCHEMA: &str = "https://ns.adobe.com/acme/schemas/e15530faf88aeb52";
const VERSION: &str = "application/vnd.adobe.xed-full+json;version=1";

/// The dataset, as Catalog answers it.
fn dataset() -> (u16, Value) {
    let schema = json!({"id": SCHEMA, "contentType": VERSION});
    (
        200,
        json!({DATASET: {"name": "Leads", "schemaRef": schema}}),
    )
}

fn made(id: &str) -> (u16, Value) {
    (201, json!({"id": id, "etag": "\"1\""}))
}

/// Adobe's tutorial on collecting Parquet data from third-party cloud storage, with the dataset base connection.
#[tokio::test]
async fn the_tutorial_of_cloud_storage() {
    let server = Recorder::start([
        dataset(),
        made("base"),
        made("source"),
        made("dataset-base"),
        made("target"),
        made("flow"),
    ])
    .await;
    let account = CloudAccount::AmazonS3 {
        access_key: Secret::new("AKIA".to_owned()),
        secret_key: Secret::new("hunter2".to_owned()),
    };
    let start = jiff::Timestamp::from_second(4_000_000_000).unwrap();
    let schedule = IngestSchedule::new(Start::At(start), Frequency::Minute(1_000)).unwrap();
    let pipeline = StorageToLake::cloud("Demo", account, "partners-demo/samples", DATASET)
        .format(FileFormat::ParquetXdm)
        .recursive()
        .schema_in_source()
        .dataset_connection()
        .schedule(schedule.backfill(true));
    let result = server.flow.pipelines().create(pipeline).await.unwrap();
    assert_eq!(result.flow.as_str(), "flow");
    let seen = server.seen();
    seen[1].is("POST", "/connections", &[]).with(&json!({
        "name": "Demo connection",
        "connectionSpec": {"id": connection::AMAZON_S3_SOURCE, "version": "1.0"},
        "auth": {"specName": "Access Key", "params": {"s3AccessKey": "AKIA", "s3SecretKey": "hunter2"}},
    }));
    seen[2].is("POST", "/sourceConnections", &[]).with(&json!({
        "name": "Demo source",
        "baseConnectionId": "base",
        "connectionSpec": {"id": connection::AMAZON_S3_SOURCE, "version": "1.0"},
        "data": {"format": "parquet_xdm", "schema": {"id": SCHEMA, "version": VERSION}},
        "params": {"path": "partners-demo/samples", "type": "folder", "recursive": true},
    }));
    seen[3].is("POST", "/connections", &[]).with(&json!({
        "name": "Demo dataset connection",
        "connectionSpec": {"id": connection::DATA_LAKE_TARGET, "version": "1.0"},
    }));
    seen[4].is("POST", "/targetConnections", &[]).with(&json!({
        "name": "Demo target",
        "baseConnectionId": "dataset-base",
        "connectionSpec": {"id": connection::DATA_LAKE_TARGET, "version": "1.0"},
        "data": {"format": "parquet_xdm", "schema": {"id": SCHEMA, "version": VERSION}},
        "params": {"dataSetId": DATASET},
    }));
    seen[5].is("POST", "/flows", &[]).with(&json!({
        "name": "Demo",
        "flowSpec": {"id": flow::CLOUD_STORAGE_TO_LAKE, "version": "1.0"},
        "sourceConnectionIds": ["source"],
        "targetConnectionIds": ["target"],
        "transformations": [],
        "scheduleParams": {"startTime": 4_000_000_000_u64, "frequency": "minute", "interval": 1000, "backfill": true},
    }));
    assert_eq!(seen.len(), 6);
}

/// Adobe's tutorial on exporting datasets, for the landing zone.
#[tokio::test]
async fn the_tutorial_of_dataset_exports() {
    let server = Recorder::start([
        dataset(),
        made("source"),
        made("base"),
        made("target"),
        made("flow"),
    ])
    .await;
    let export = LakeToZone::new("cities export", [DATASET], "exports/cities");
    server.flow.pipelines().create(export).await.unwrap();
    let seen = server.seen();
    seen[1].is("POST", "/sourceConnections", &[]).with(&json!({
        "name": "cities export source",
        "connectionSpec": {"id": connection::DATA_LAKE_SOURCE, "version": "1.0"},
        "params": {"datasets": [{"dataSetId": DATASET, "name": "Leads"}]},
    }));
    seen[2].is("POST", "/connections", &[]).with(&json!({
        "name": "cities export connection",
        "connectionSpec": {"id": connection::LANDING_ZONE_TARGET, "version": "1.0"},
    }));
    seen[3].is("POST", "/targetConnections", &[]).with(&json!({
        "name": "cities export target",
        "baseConnectionId": "base",
        "connectionSpec": {"id": connection::LANDING_ZONE_TARGET, "version": "1.0"},
        "params": {"mode": "Server-to-server", "path": "exports/cities", "compression": "GZIP",
            "datasetFileType": "PARQUET"},
    }));
    let mut body = seen[4].is("POST", "/flows", &[]).json();
    let schedule = body["scheduleParams"].take();
    assert!(schedule["startTime"].is_u64());
    assert_eq!(
        (
            &schedule["timeUnit"],
            &schedule["interval"],
            &schedule["exportMode"]
        ),
        (
            &json!("day"),
            &json!(1),
            &json!("FIRST_FULL_THEN_INCREMENTAL")
        )
    );
    assert_eq!(
        body,
        json!({"name": "cities export", "scheduleParams": Value::Null,
            "flowSpec": {"id": flow::LAKE_TO_LANDING_ZONE, "version": "1.0"},
            "sourceConnectionIds": ["source"], "targetConnectionIds": ["target"], "transformations": []})
    );
}

/// Adobe's tutorial on streaming connections.
#[tokio::test]
async fn the_tutorial_of_streaming() {
    let inlet = "https://dcs.adobedc.net/collection/abc";
    let connection = json!({"items": [{"id": "base", "name": "clicks connection",
        "auth": {"specName": "Streaming Connection", "params": {"inletUrl": inlet}}}]});
    let server = Recorder::start([
        dataset(),
        made("base"),
        (200, connection),
        made("source"),
        made("target"),
        made("flow"),
    ])
    .await;
    let pipeline = HttpToLake::new("clicks", DATASET).source_id("clicks-1");
    let result = server.flow.pipelines().create(pipeline).await.unwrap();
    assert_eq!(result.inlet_url.as_deref(), Some(inlet));
    let seen = server.seen();
    seen[1].is("POST", "/connections", &[]).with(&json!({
        "name": "clicks connection",
        "providerId": STREAMING_PROVIDER,
        "connectionSpec": {"id": connection::STREAMING_SOURCE, "version": "1.0"},
        "auth": {"specName": "Streaming Connection",
            "params": {"sourceId": "clicks-1", "dataType": "xdm", "name": "clicks"}},
    }));
    seen[3].is("POST", "/sourceConnections", &[]).with(&json!({
        "name": "clicks source",
        "baseConnectionId": "base",
        "providerId": STREAMING_PROVIDER,
        "connectionSpec": {"id": connection::STREAMING_SOURCE, "version": "1.0"},
        "data": {"format": "json"},
    }));
    seen[5].is("POST", "/flows", &[]).with(&json!({
        "name": "clicks",
        "flowSpec": {"id": flow::STREAMING, "version": "1.0"},
        "sourceConnectionIds": ["source"],
        "targetConnectionIds": ["target"],
        "transformations": [],
    }));
}

#[tokio::test]
async fn the_manager_changes_what_it_read_and_reads_again() {
    let one = |name: &str, etag: &str| {
        let mapping = json!({"name": "Mapping", "params": {"mappingId": "m1", "mappingVersion": "0", "kept": 1}});
        (
            200,
            json!({"items": [{"id": "f-1", "name": name, "etag": etag,
            "transformations": [{"name": "Copy", "params": {}}, mapping]}]}),
        )
    };
    let server = Recorder::start([
        one("old", "\"1\""),
        (200, json!({"id": "f-1", "etag": "\"2\""})),
        one("new", "\"2\""),
        (200, json!({"id": "m1", "version": 4})),
        (200, json!({"id": "f-1", "etag": "\"3\""})),
        one("new", "\"3\""),
    ])
    .await;
    let manager = server.flow.manager(&"f-1".parse().unwrap());
    let flow = manager
        .update(vec![PatchOp::replace("/name", "new")])
        .await
        .unwrap();
    assert_eq!(flow.name, "new");
    manager.use_mapping(None, None).await.unwrap();
    let seen = server.seen();
    seen[0].is("GET", "/flows/f-1", &[]);
    let rename = json!([{"op": "replace", "path": "/name", "value": "new"}]);
    seen[1]
        .is("PATCH", "/flows/f-1", &[])
        .to("\"1\"")
        .with(&rename);
    seen[2].is("GET", "/flows/f-1", &[]);
    seen[3].is("GET", "/data/foundation/conversion/mappingSets/m1", &[]);
    let mapping = json!([{"op": "replace", "path": "/transformations/1", "value": {"name": "Mapping",
        "params": {"mappingId": "m1", "mappingVersion": 4, "kept": 1}}}]);
    seen[4]
        .is("PATCH", "/flows/f-1", &[])
        .to("\"2\"")
        .with(&mapping);
    seen[5].is("GET", "/flows/f-1", &[]);
}
