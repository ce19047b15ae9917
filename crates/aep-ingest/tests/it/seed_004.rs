//! The overview of batch ingestion, call by call in its order: once as its text prints them, once through the library.

use aep_core::http::Method;
use aep_ingest::plan::Limits;
use aep_ingest::{BatchStatus, Format, Inputs, LargeFiles, NewBatch, Source, WaitOptions};
use serde_json::Value;

use crate::raw::{call, get};
use crate::support::{sample, world};

const CATALOG: &str = "/data/foundation/catalog";
const IMPORT: &str = "/data/foundation/import";

/// The states that the overview names.
const STATES: [&str; 12] = [
    "Abandoned",
    "Aborted",
    "Active",
    "Deleted",
    "Failed",
    "Inactive",
    "Loaded",
    "Loading",
    "Retrying",
    "Staged",
    "Staging",
    "Stalled",
];

#[tokio::test]
async fn as_it_is_printed() {
    let world = world().await;
    let dataset = world.members().await.id;
    let client = world.ingest.client();
    let bytes = std::fs::read(sample("loyalty-members.parquet")).unwrap();
    let octets = ("content-type", "application/octet-stream");

    let made = call(
        client,
        Method::POST,
        &format!("{IMPORT}/batches"),
        &[("content-type", "application/json")],
        format!("{{\"datasetId\": \"{dataset}\"}}").into_bytes(),
    )
    .await
    .unwrap();
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    assert_eq!(
        (&made["status"], &made["created"]),
        (&"loading".into(), &0.into())
    );
    assert_eq!(made["relatedObjects"][0]["id"], dataset.as_str());
    let id = made["id"].as_str().unwrap();

    // a small file
    let files = format!("{IMPORT}/batches/{id}/datasets/{dataset}/files");
    let path = format!("{files}/small.parquet");
    let put = call(client, Method::PUT, &path, &[octets], bytes.clone())
        .await
        .unwrap();
    assert_eq!(put.status(), 200);

    // a large one, in two parts
    let path = format!("{files}/part1=a/part2=b/large.parquet");
    let open = format!("{path}?action=initialize");
    let opened = call(client, Method::POST, &open, &[], Vec::new())
        .await
        .unwrap();
    assert_eq!(opened.status(), 201);
    let half = bytes.len() / 2;
    for (first, part) in [(0, &bytes[..half]), (half, &bytes[half..])] {
        let range = format!("bytes {first}-{}", first + part.len() - 1);
        let headers = [octets, ("content-range", range.as_str())];
        let sent = call(client, Method::PATCH, &path, &headers, part.to_vec()).await;
        assert_eq!(sent.unwrap().status(), 200);
    }
    let stitch = format!("{path}?action=COMPLETE");
    call(client, Method::POST, &stitch, &[], Vec::new())
        .await
        .unwrap();

    let done = format!("{IMPORT}/batches/{id}?action=COMPLETE");
    let done = call(client, Method::POST, &done, &[], Vec::new())
        .await
        .unwrap();
    assert_eq!(done.status(), 200);

    // its state, at the address that the overview prints
    let found = loop {
        let found = get(client, &format!("{CATALOG}/batch/{id}")).await[id].clone();
        let state = found["status"].as_str().unwrap().to_owned();
        if matches!(state.as_str(), "success" | "failure") {
            break found;
        }
        let known = STATES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&state));
        assert!(known, "{state}");
        tokio::task::yield_now().await;
    };
    assert_eq!(found["status"], "success", "{found}");
    assert_eq!(found["inputFormat"]["format"], "parquet");
    assert_eq!(found["metrics"]["inputFileCount"], 2);
}

#[tokio::test]
async fn through_the_library() {
    let world = world().await;
    let dataset = world.members().await;
    let batches = world.ingest.batches();
    let file = sample("loyalty-members.parquet");

    let new = NewBatch::new(dataset.id.clone(), Format::Parquet);
    let id = batches.create(new).await.unwrap().id;
    let source = Source::file(&file).unwrap();
    batches
        .put(&id, &dataset.id, "small.parquet", source)
        .await
        .unwrap();
    batches.complete(&id).await.unwrap();
    let small = batches.wait(&id, WaitOptions::default()).await.unwrap();
    assert_eq!(small.status, BatchStatus::Success);

    // every file is large if a request takes little
    let limits = Limits {
        single_put_bytes: 10_000,
        chunk_bytes: 20_000,
        ..Limits::default()
    };
    let upload = world
        .ingest
        .upload(dataset, Inputs::paths([file]))
        .limits(limits)
        .large_files(LargeFiles::Chunk);
    let report = upload.start().join().await.unwrap();
    assert!(world.calls("uploadLargeFilePart") > 1);
    assert_eq!(
        report.batches[0].records_landed,
        small.metrics.records_landed
    );

    for state in STATES {
        let known = !matches!(BatchStatus::from(state), BatchStatus::Other(_));
        assert!(known, "{state}");
    }
}
