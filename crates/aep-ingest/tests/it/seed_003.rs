//! The guide to ETL integrations, call by call in its order: once as its text prints them, once through the library.

use aep_core::ErrorKind;
use aep_core::http::Method;
use aep_ingest::read::to_json;
use aep_ingest::{
    BatchFilter, BatchStatus, Dataset, DatasetFilter, DownloadOptions, Format, Inputs, NewBatch,
    Position, Source, View, WaitOptions,
};
use futures::{StreamExt, TryStreamExt};
use serde_json::Value;

use crate::raw::{call, get};
use crate::support::{World, sample, world};

const CATALOG: &str = "/data/foundation/catalog";
const EXPORT: &str = "/data/foundation/export";
const IMPORT: &str = "/data/foundation/import";

/// A dataset in which something has landed.
async fn source(world: &World) -> Dataset {
    let dataset = world.members().await;
    let upload = world.ingest.upload(
        dataset.clone(),
        Inputs::paths([sample("loyalty-members.parquet")]),
    );
    assert!(upload.start().join().await.unwrap().is_complete());
    dataset
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "the guide tells one story")]
async fn as_it_is_printed() {
    let world = world().await;
    let dataset = source(&world).await.id;
    let client = world.ingest.client();
    let get = async |path: &str| get(client, path).await;

    // view the list of datasets
    let properties = "name,description,schemaRef";
    let listed = get(&format!(
        "{CATALOG}/dataSets?limit=3&properties={properties}"
    ))
    .await;
    let listed = listed[dataset.as_str()].as_object().unwrap();
    assert!(listed.keys().all(|key| properties.contains(key.as_str())));
    let schema = listed["schemaRef"]["id"].as_str().unwrap();
    assert!(listed["schemaRef"]["contentType"].is_string());

    // view the schema
    let encoded: String = url::form_urlencoded::byte_serialize(schema.as_bytes()).collect();
    let full = call(
        client,
        Method::GET,
        &format!("/data/foundation/schemaregistry/tenant/schemas/{encoded}"),
        &[("accept", "application/vnd.adobe.xed-full+json; version=1")],
        Vec::new(),
    )
    .await
    .unwrap();
    let full: Value = full.json().await.unwrap();
    assert_eq!(full["$id"], schema);
    assert!(full["properties"].is_object());

    // the schema of before 2019 is gone
    let path = format!("{CATALOG}/xdms/context/person?expansion=xdm");
    let gone = call(client, Method::GET, &path, &[], Vec::new()).await;
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::NotFound);

    // the fields that are really there
    let seen = get(&format!(
        "{CATALOG}/dataSets?limit=3&properties=observableSchema"
    ))
    .await;
    let seen = &seen[dataset.as_str()]["observableSchema"];
    assert_eq!(seen["type"], "object");
    assert!(seen["properties"]["_id"].is_object());

    // preview: the files of the dataset
    let files = get(&format!("{CATALOG}/dataSets?limit=1&properties=files")).await;
    assert_eq!(files.as_object().unwrap().len(), 1);
    let whole = get(&format!("{CATALOG}/dataSets/{dataset}")).await;
    let whole = &whole[dataset.as_str()];
    let files = whole["files"].as_str().unwrap().strip_prefix('@').unwrap();
    let view = whole["viewId"].as_str().unwrap();
    assert_eq!(files, format!("/dataSets/{dataset}/views/{view}/files"));
    let files = get(&format!("{CATALOG}{files}")).await;
    let (file, entry) = files.as_object().unwrap().iter().next().unwrap();
    assert_eq!(entry["dataSetViewId"], view);
    let batch = entry["batchId"].as_str().unwrap();
    assert_eq!(*file, format!("{batch}-1"));
    assert!(entry["created"].is_number() && entry["availableDates"].is_object());

    // details of a file, and its bytes
    let details = get(&format!("{EXPORT}/files/{file}")).await;
    let details = &details["data"][0];
    let href = details["_links"]["self"]["href"].as_str().unwrap();
    let answer = call(client, Method::GET, href, &[], Vec::new()).await;
    let bytes = answer.unwrap().bytes(1 << 20).await.unwrap();
    assert_eq!(details["length"], bytes.len().to_string());
    assert!(bytes.starts_with(b"PAR1"));

    // the format to write
    assert_eq!(whole["fileDescription"]["format"], "parquet");

    // batches between two times
    let created = get(&format!("{CATALOG}/batches/{batch}")).await[batch]["created"]
        .as_u64()
        .unwrap();
    let between = |after: u64, before: u64| {
        format!(
            "{CATALOG}/batches?dataSet={dataset}&createdAfter={after}&createdBefore={before}&sort=desc:created"
        )
    };
    let found = get(&between(created - 1, created + 1)).await;
    assert_eq!(found.as_object().unwrap().len(), 1);
    assert_eq!(found[batch]["status"], "success");
    assert!(
        get(&between(created, created + 1))
            .await
            .as_object()
            .unwrap()
            .is_empty()
    );

    // its files, and one of them
    let listed = get(&format!("{EXPORT}/batches/{batch}/files")).await;
    assert_eq!(listed["data"][0]["dataSetFileId"], *file);
    let name = details["name"].as_str().unwrap();
    let path = format!("{EXPORT}/files/{file}?path={name}");
    let answer = call(client, Method::GET, &path, &[], Vec::new()).await;
    assert_eq!(answer.unwrap().bytes(1 << 20).await.unwrap(), bytes);

    // a batch with what was read, and one with what is no Parquet
    let mut last = String::new();
    for (content, status) in [
        (bytes.to_vec(), "success"),
        (b"id,name\n1,x\n".to_vec(), "failure"),
    ] {
        let body = format!("{{\"datasetId\":\"{dataset}\"}}").into_bytes();
        let json = [
            ("content-type", "application/json"),
            ("accept", "application/json"),
        ];
        let made = call(
            client,
            Method::POST,
            &format!("{IMPORT}/batches"),
            &json,
            body,
        )
        .await;
        let made: Value = made.unwrap().json().await.unwrap();
        let id = made["id"].as_str().unwrap();
        let path = format!("{IMPORT}/batches/{id}/dataSets/{dataset}/files/written.parquet");
        let octets = [("content-type", "application/octet-stream")];
        let put = call(client, Method::PUT, &path, &octets, content)
            .await
            .unwrap();
        assert!(put.bytes(10).await.unwrap().is_empty());
        let path = format!("{IMPORT}/batches/{id}?action=COMPLETE");
        let done = call(client, Method::POST, &path, &[], Vec::new())
            .await
            .unwrap();
        assert!(done.bytes(10).await.unwrap().is_empty());

        // the last batch, until it is over
        let found = loop {
            let found = get(&format!("{CATALOG}/batches?limit=1&sort=desc:created")).await;
            let found = found[id].clone();
            if matches!(found["status"].as_str(), Some("success" | "failure")) {
                break found;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(found["status"], status, "{found}");
        id.clone_into(&mut last);
    }

    // by its id: the error is told
    let failed = get(&format!("{CATALOG}/batches/{last}")).await;
    let error = &failed[last.as_str()]["errors"][0];
    assert!(error["code"].is_string() && error["description"].is_string());
    assert!(
        error["description"].as_str().unwrap().contains("Parquet"),
        "{error}"
    );
}

#[tokio::test]
async fn through_the_library() {
    let world = world().await;
    let dataset = source(&world).await;
    let (datasets, batches) = (world.ingest.datasets(), world.ingest.batches());

    let all: Vec<Dataset> = datasets
        .list(DatasetFilter::default())
        .take(3)
        .try_collect()
        .await
        .unwrap();
    assert!(all.iter().any(|one| one.id == dataset.id));
    let schema = dataset.schema.as_ref().unwrap();
    let full = world.ingest.schemas().get(schema, View::Full).await;
    assert!(full.unwrap()["properties"].is_object());
    let seen = datasets.observable_schema(&dataset.id).await.unwrap();
    assert!(seen.unwrap()["properties"]["_id"].is_object());
    assert_eq!(datasets.preview(&dataset.id).await.unwrap().len(), 100);
    let listed: Vec<_> = datasets.view_files(&dataset).try_collect().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(dataset.file_format.as_deref(), Some("parquet"));

    let batch = batches
        .get(listed[0].batch.as_ref().unwrap())
        .await
        .unwrap();
    let created = batch.created.unwrap();
    let filter = BatchFilter {
        dataset: Some(dataset.id.clone()),
        created_after: Some(created - 1),
        created_before: Some(created + 1),
        ..BatchFilter::default()
    };
    let found: Vec<_> = batches.list(filter).try_collect().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, batch.id);
    let files: Vec<_> = batches.files(&batch.id).try_collect().await.unwrap();
    assert_eq!(files[0].file_id(), Some(&listed[0].id));
    let to = world.dir.path().join("read");
    let report = batches
        .download(&batch.id, &to, DownloadOptions::default())
        .await
        .unwrap();

    assert!(batches.require_finished(&dataset.id).await.is_ok());
    let new = NewBatch::new(dataset.id.clone(), Format::Parquet);
    let made = batches.create(new.clone()).await.unwrap().id;
    let read = Source::file(&report.files[0].path).unwrap();
    batches
        .put(&made, &dataset.id, "written.parquet", read)
        .await
        .unwrap();
    assert!(batches.require_finished(&dataset.id).await.is_err());
    batches.complete(&made).await.unwrap();
    let landed = batches.wait(&made, WaitOptions::default()).await.unwrap();
    assert_eq!(landed.status, BatchStatus::Success);
    let last = batches.last_successful(&dataset.id).await.unwrap();
    assert_eq!(last.unwrap().id, made);

    // what is new since the first batch are the rows that were read
    let mut reader = datasets.read_since(&dataset.id, Position::after_batch(&batch).unwrap());
    let fresh = reader.next().await.unwrap().unwrap();
    assert_eq!(fresh.id, made);
    let rows = reader.rows(&fresh).await.unwrap().unwrap();
    let rows: Vec<_> = rows
        .map(|rows| to_json(&rows.unwrap()))
        .try_collect()
        .await
        .unwrap();
    let count: usize = rows.iter().map(Vec::len).sum();
    assert_eq!(Some(count as u64), landed.metrics.records_landed);

    let made = batches.create(new).await.unwrap().id;
    let no_parquet = Source::bytes("id,name\n1,x\n");
    batches
        .put(&made, &dataset.id, "contact.csv", no_parquet)
        .await
        .unwrap();
    batches.complete(&made).await.unwrap();
    let failed = batches.wait(&made, WaitOptions::default()).await.unwrap();
    assert_eq!(failed.status, BatchStatus::Failure);
    assert!(!failed.errors.is_empty());
    let newest = batches.require_finished(&dataset.id).await.unwrap();
    assert_eq!(newest.unwrap().status, BatchStatus::Failure);
}
