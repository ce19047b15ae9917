//! Batch ingestion and Data Access.

use serde_json::{Value, json};

use super::suite::Suite;
use crate::batch::{MEMBERS, member, ndjson};
use crate::support::World;

async fn batch(world: &World, more: Value) -> String {
    world.batch(more).await.id
}

fn format() -> Value {
    json!({"inputFormat": {"format": "json"}})
}

#[tokio::test]
async fn ingestion() {
    let world = World::new().await;
    let suite = Suite::new(&world, "batch-ingestion");
    let dataset = world.dataset(MEMBERS).await;
    let rows = ndjson(&[member(1), member(2)]);
    let body = json!({"datasetId": dataset, "externalId": "mine", "tags": {"from": ["a test"]},
        "inputFormat": {"format": "json", "isMultiLineJson": false},
        "enableErrorDiagnostics": true, "partialIngestionPercent": 10});
    suite.call("createBatch").json(&body).send(201).await;
    let csv = json!({"datasetId": dataset, "inputFormat": {"format": "csv", "header": true, "delimiter": ";"}});
    suite.call("createBatch").json(&csv).send(201).await;
    let unknown = json!({"datasetId": "none", "inputFormat": {"format": "json"}});
    suite.call("createBatch").json(&unknown).send(404).await;

    let open = batch(&world, format()).await;
    let file = |operation, batch: &str, path: &str| {
        let call = suite.call(operation).path("batchId", batch);
        call.path("datasetId", &dataset).path("filePath", path)
    };
    let bytes = "application/octet-stream";
    file("uploadSmallFile", &open, "day=1/a.json")
        .body(bytes, rows.clone())
        .send(200)
        .await;
    let large = |operation| file(operation, &open, "day=2/b.json");
    large("completeLargeFileUpload")
        .query("action", "INITIALIZE")
        .send(201)
        .await;
    let range = format!("bytes 0-{}", rows.len() - 1);
    let part = large("uploadLargeFilePart").header("Content-Range", &range);
    part.body(bytes, rows.clone()).send(200).await;
    large("uploadLargeFilePart")
        .header("Content-Range", "all")
        .body(bytes, rows)
        .send(400)
        .await;
    large("getLargeFileStatus").send(200).await;
    let preview = suite
        .call("retrievePreview")
        .path("batchId", &open)
        .path("datasetId", &dataset);
    preview
        .query("format", "json")
        .query("nrow", 1)
        .send(200)
        .await;
    large("completeLargeFileUpload")
        .query("action", "COMPLETE")
        .send(201)
        .await;
    let act = |batch: &str, action: &str| {
        suite
            .call("completeBatch")
            .path("batchId", batch)
            .query("action", action)
    };
    act(&open, "COMPLETE").send(200).await;
    world.until(&open, &["success"]).await;
    act(&open, "COMPLETE").send(200).await;
    act(&open, "ABORT").send(428).await;
    let late = file("uploadSmallFile", &open, "c.json").body(bytes, "{}");
    late.send(428).await;
    act(&open, "REVERT").send(200).await;
    for action in ["ABORT", "FAIL"] {
        act(&batch(&world, format()).await, action).send(200).await;
    }
    let replacing = json!({"datasetId": dataset, "inputFormat": {"format": "json"},
        "replay": {"predecessors": [open], "reason": "replace"}});
    suite.call("createBatch").json(&replacing).send(201).await;
    suite.close().await;
}

#[tokio::test]
async fn access() {
    let world = World::new().await;
    let suite = Suite::new(&world, "data-access");
    let more = json!({"inputFormat": {"format": "json"}, "partialIngestionPercent": 50, "enableErrorDiagnostics": true});
    let made = world.batch(more).await;
    let bad = json!({"_id": "x", "_local": {"memberId": "M9", "tier": "iron", "points": 1}});
    made.put("a.json", ndjson(&[member(1), member(2), bad]))
        .await;
    made.finish().await;
    let dataset = made.dataset.clone();
    let batch = made.id;
    let of_batch = |operation| suite.call(operation).path("batchId", &batch);
    let files = of_batch("listDatasetFiles")
        .query("limit", 10)
        .query("start", 0)
        .send(200)
        .await;
    let file = files["data"][0]["dataSetFileId"].as_str().unwrap();
    let of_file = |operation| suite.call(operation).path("dataSetFileId", file);
    let inner = of_file("retrieveDatasetFile").send(200).await;
    let name = inner["data"][0]["name"].as_str().unwrap();
    let content = || of_file("retrieveDatasetFile").query("path", name);
    content().bytes(200).await;
    content().header("Range", "bytes=0-9").bytes(206).await;
    content().header("Range", "bytes=99999999-").send(416).await;
    of_file("retrieveDatasetFile")
        .query("path", "none")
        .send(404)
        .await;
    of_file("retrieveDatasetFileHeaders")
        .query("path", name)
        .send(200)
        .await;
    for operation in ["retrieveFailedBatch", "retrieveBatchMeta"] {
        let listed = of_batch(operation).send(200).await;
        let href = listed["data"][0]["_links"]["self"]["href"]
            .as_str()
            .unwrap();
        let (_, query) = href.split_once("path=").unwrap();
        let path = percent_encoding::percent_decode_str(query)
            .decode_utf8()
            .unwrap();
        of_batch(operation).query("path", &path).bytes(200).await;
        of_batch(operation).query("path", "none").send(404).await;
    }
    suite
        .call("retrieveDatasetPreview")
        .path("id", &dataset)
        .send(200)
        .await;
    suite.close().await;
}
