//! Adobe's tutorial on Parquet of a third-party cloud storage, from the base connection to rows in the dataset, with the
//! documents that it sends.

use std::sync::Arc;
use std::time::Duration;

use aep_core::{DatasetId, FlowId};
use aep_flow::specs::{connection, flow};
use aep_flow::{
    ConnectionId, FlowService, NewConnection, Run, RunFilter, RunStatus, SourceConnectionId,
    TargetConnectionId, WatchOptions,
};
use aep_gen::{catalog, finish, schema_registry};
use arrow::array::{ArrayRef, RecordBatch, StringArray, StructArray};
use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::{ObjectStoreExt as _, PutPayload};
use parquet::arrow::ArrowWriter;
use serde_json::{Value, json};

use crate::pipeline::s3;
use crate::world::{World, world};

const BUCKET: &str = "partners-demo";
const SCHEMA_VERSION: &str = "application/vnd.adobe.xed-full+json;version=1.0";

/// A profile per id.
fn profiles(ids: &[&str]) -> Bytes {
    let text = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
    let first = StructArray::try_from(vec![("firstName", text(vec!["Zoë"; ids.len()]))]).unwrap();
    let name: ArrayRef = Arc::new(first);
    let person: ArrayRef = Arc::new(StructArray::try_from(vec![("name", name)]).unwrap());
    let rows =
        RecordBatch::try_from_iter([("_id", text(ids.to_vec())), ("person", person)]).unwrap();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, rows.schema(), None).unwrap();
    writer.write(&rows).unwrap();
    writer.close().unwrap();
    file.into()
}

/// Puts files where a partner would: into a bucket of their own.
async fn put(world: &World, files: &[(&str, Bytes)]) {
    let url = format!("{}/__emulator/buckets/{BUCKET}", world.emulator.url());
    let operation = aep_core::transport::Operation {
        api: "emulator",
        id: "makeBucket",
        safety: aep_core::transport::Safety::Repeatable,
    };
    let request =
        aep_core::transport::Request::new(operation, http::Method::PUT, url.parse().unwrap());
    let keys: Value = world.flow.client().fetch_json(request).await.unwrap();
    let store = object_store::aws::AmazonS3Builder::new()
        .with_endpoint(world.emulator.url())
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_bucket_name(BUCKET)
        .with_access_key_id(keys["accessKeyId"].as_str().unwrap())
        .with_secret_access_key(keys["secretAccessKey"].as_str().unwrap())
        .build()
        .unwrap();
    for (key, bytes) in files {
        let payload = PutPayload::from(bytes.clone());
        store.put(&(*key).into(), payload).await.unwrap();
    }
}

/// The target schema; its `$id`.
async fn schema(service: &FlowService) -> String {
    let parts = [
        "profile",
        "profile-person-details",
        "profile-personal-details",
        "profile-work-details",
        "profile-subscriptions",
        "identitymap",
    ];
    let all_of: Vec<Value> = parts
        .iter()
        .map(|part| json!({"$ref": format!("https://ns.adobe.com/xdm/context/{part}")}))
        .collect();
    let body = json!({
        "type": "object",
        "title": "Sample Demo Profile XDM",
        "description": "",
        "allOf": all_of,
        "meta:containerId": "tenant",
        "meta:resourceType": "schemas",
        "meta:xdmType": "object",
        "meta:class": "https://ns.adobe.com/xdm/context/profile"
    });
    let registry = schema_registry::client(service.client());
    let made = finish(registry.create_schema(&body).await).unwrap();
    made["$id"].as_str().unwrap().to_owned()
}

async fn source(service: &FlowService, base: &ConnectionId, schema: &str) -> SourceConnectionId {
    let document = json!({
        "name": "Source Connection S3",
        "baseConnectionId": base,
        // a number there, text everywhere else
        "connectionSpec": {"id": connection::AMAZON_S3_SOURCE, "version": 1},
        "data": {"format": "parquet_xdm", "schema": {"id": schema, "version": SCHEMA_VERSION}},
        "params": {"path": format!("{BUCKET}/samples"), "recursive": "true"}
    });
    service
        .sources()
        .create_document(document)
        .await
        .unwrap()
        .id
}

async fn dataset(service: &FlowService, schema: &str) -> DatasetId {
    let body = serde_json::from_value(json!({
        "name": "Leads Dataset",
        "schemaRef": {"id": schema, "contentType": "application/vnd.adobe.xed-full-notext+json; version=1"},
        "fileDescription": {"format": "parquet"}
    }));
    let catalog = catalog::client(service.client());
    let options = catalog::CreateDatasetOptions {
        request_data_source: Some(true),
    };
    let made = finish(catalog.create_dataset(options, &body.unwrap()).await).unwrap();
    DatasetId::new(made[0].strip_prefix("@/dataSets/").unwrap()).unwrap()
}

async fn target(
    service: &FlowService,
    base: &ConnectionId,
    schema: &str,
    dataset: &DatasetId,
) -> TargetConnectionId {
    let document = json!({
        "baseConnectionId": base,
        "connectionSpec": {"id": connection::DATA_LAKE_TARGET, "version": "1.0"},
        "name": "Target Connection",
        "data": {"format": "parquet_xdm", "schema": {"id": schema, "version": SCHEMA_VERSION}},
        "params": {"dataSetId": dataset}
    });
    service
        .targets()
        .create_document(document)
        .await
        .unwrap()
        .id
}

/// All runs of a flow, each waited for, the oldest first.
async fn runs(world: &World, flow: &FlowId, count: usize) -> Vec<Run> {
    let service = world.flow.runs();
    loop {
        let runs: Vec<Run> = service
            .list(RunFilter::of(flow.clone()))
            .try_collect()
            .await
            .unwrap();
        if runs.len() < count {
            tokio::task::yield_now().await;
            continue;
        }
        let mut done = Vec::new();
        for run in runs.iter().rev() {
            let waited = service.wait(&run.id, WatchOptions::default()).await;
            done.push(waited.unwrap());
        }
        return done;
    }
}

#[tokio::test]
async fn parquet_of_a_cloud_storage_lands_in_the_dataset() {
    let world = world().await;
    let service = &world.flow;
    let files = [
        ("samples/a.parquet", profiles(&["p-1", "p-2"])),
        ("samples/deeper/b.parquet", profiles(&["p-3"])),
        ("elsewhere/c.parquet", profiles(&["p-4"])),
    ];
    put(&world, &files).await;

    let base = NewConnection::cloud_source("partners", &s3()).unwrap();
    let base = service.connections().create(base).await.unwrap().id;
    assert!(service.connections().test(&base).await.unwrap());
    let schema = schema(service).await;
    let source = source(service, &base, &schema).await;
    let lake = service
        .connections()
        .create(NewConnection::data_lake("Base Connection for AEP"))
        .await
        .unwrap()
        .id;
    let dataset = dataset(service, &schema).await;
    let target = target(service, &lake, &schema, &dataset).await;
    let document = json!({
        "name": "Demo Parquet Ingestion Flow",
        "flowSpec": {"id": flow::CLOUD_STORAGE_TO_LAKE, "version": "1.0"},
        "sourceConnectionIds": [source],
        "targetConnectionIds": [target],
        "scheduleParams": {
            "startTime": world.emulator.clock().now_ms() / 1000,
            "frequency": "minute",
            "interval": 1000,
            "backfill": true
        }
    });
    let flow = service.flows().create_document(document).await.unwrap().id;

    let found = service.flows().get(&flow).await.unwrap();
    assert_eq!(found.sources, std::slice::from_ref(&source));
    assert_eq!(found.targets, std::slice::from_ref(&target));
    let read = service.sources().get(&source).await.unwrap();
    assert_eq!(read.schema().unwrap().id.as_str(), schema);
    assert_eq!(read.connection, Some(base));
    let written = service.targets().get(&target).await.unwrap();
    assert_eq!(written.datasets(), std::slice::from_ref(&dataset));
    assert_eq!(written.connection, Some(lake));

    world.emulator.clock().advance(Duration::from_mins(1));
    let first = runs(&world, &flow, 1).await.remove(0);
    assert_eq!(first.status, Some(RunStatus::Success), "{:?}", first.errors);
    assert_eq!(first.metrics.output_records, Some(3));
    let catalog_client = catalog::client(service.client());
    let batch = first.batches().remove(0);
    let batch = finish(
        catalog_client
            .retrieve_batch(batch.as_str(), catalog::RetrieveBatchOptions::default())
            .await,
    )
    .unwrap();
    let batch = serde_json::to_value(batch).unwrap().to_string();
    assert!(
        batch.contains(dataset.as_str()) && batch.contains("success"),
        "{batch}"
    );

    // the next run, 1000 minutes later, takes what is new and nothing else
    put(&world, &[("samples/d.parquet", profiles(&["p-5"]))]).await;
    world.emulator.clock().advance(Duration::from_mins(1000));
    let second = runs(&world, &flow, 2).await.remove(1);
    assert_eq!(
        second.status,
        Some(RunStatus::Success),
        "{:?}",
        second.errors
    );
    assert_eq!(second.metrics.output_records, Some(1));
}
