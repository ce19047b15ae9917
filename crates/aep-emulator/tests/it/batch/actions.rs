//! COMPLETE, ABORT, FAIL and REVERT, each in each state that can be reached.

use std::time::Duration;

use aep_emulator::{Emulator, Processing};
use serde_json::json;

use super::{Batch, IMPORT, codes, member, ndjson};
use crate::support::{World, send};

/// A world in which a completed batch waits a minute (of the emulator's clock) in each state.
async fn slow() -> World {
    World::with(Emulator::builder().processing(Processing::Stepwise {
        step: Duration::from_mins(1),
    }))
    .await
}

async fn forward(world: &World, batch: &Batch<'_>, state: &str) {
    world.emulator.clock().advance(Duration::from_secs(61));
    world.until(&batch.id, &[state]).await;
}

async fn expect(batch: &Batch<'_>, action: &str, status: u16) {
    let answer = batch.act(action).await;
    assert_eq!(
        answer.status,
        status,
        "{action} in {}: {}",
        batch.status().await,
        answer.text
    );
    match status {
        200 => assert_eq!(answer.text, ""),
        428 => assert_eq!(answer.json()["title"], "ERR-BI-104"),
        _ => {}
    }
}

#[tokio::test]
async fn every_state_is_passed_and_allows_what_the_table_says() {
    let world = slow().await;
    let batch = world.json_batch().await;
    batch.put("a.json", ndjson(&[member(1)])).await;
    expect(&batch, "REVERT", 428).await;
    expect(&batch, "complete", 200).await;
    assert_eq!(batch.status().await, "loaded");
    for state in ["loaded", "staging", "staged", "success"] {
        if state != "loaded" {
            forward(&world, &batch, state).await;
        }
        expect(&batch, "COMPLETE", 200).await;
        expect(&batch, "FAIL", 428).await;
        if state != "staging" {
            expect(&batch, "ABORT", 428).await;
        }
        if state != "success" {
            expect(&batch, "REVERT", 428).await;
        }
        let shown = world.catalog_batch(&batch.id).await;
        assert_eq!(shown["started"].is_null(), state == "loaded");
        assert_eq!(shown["completed"].is_null(), state != "success");
    }
    expect(&batch, "revert", 200).await;
    assert_eq!(batch.status().await, "inactive");
    assert!(
        batch.download().await.is_empty(),
        "an inactive batch is hidden"
    );
    for action in ["COMPLETE", "ABORT", "FAIL", "REVERT"] {
        expect(&batch, action, 428).await;
    }
    forward(&world, &batch, "deleted").await;
    assert_eq!(world.catalog_batch(&batch.id).await["version"], "1.0.6");
    for action in ["COMPLETE", "ABORT", "FAIL", "REVERT"] {
        expect(&batch, action, 428).await;
    }
}

#[tokio::test]
async fn an_aborted_batch_stays_so() {
    let world = slow().await;
    let loading = world.json_batch().await;
    loading.put("a.json", ndjson(&[member(1)])).await;
    expect(&loading, "ABORT", 200).await;
    let staging = world.json_batch().await;
    staging.put("a.json", ndjson(&[member(1)])).await;
    expect(&staging, "COMPLETE", 200).await;
    world.until(&staging.id, &["loaded"]).await;
    forward(&world, &staging, "staging").await;
    expect(&staging, "ABORT", 200).await;
    for batch in [&loading, &staging] {
        assert_eq!(batch.status().await, "aborted");
        for action in ["COMPLETE", "ABORT", "FAIL", "REVERT"] {
            expect(batch, action, 428).await;
        }
        assert!(world.catalog_batch(&batch.id).await["completed"].is_i64());
    }
    world.emulator.clock().advance(Duration::from_mins(10));
    let later = world.json_batch().await;
    later.put("a.json", ndjson(&[member(2)])).await;
    expect(&later, "COMPLETE", 200).await;
    for state in ["staging", "staged", "success"] {
        forward(&world, &later, state).await;
    }
    assert_eq!(staging.status().await, "aborted");
    assert!(staging.download().await.is_empty());
}

#[tokio::test]
async fn the_client_may_declare_a_failure() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    expect(&batch, "FAIL", 200).await;
    let shown = world.catalog_batch(&batch.id).await;
    assert_eq!(shown["status"], "failure");
    assert!(codes(&shown)[0].starts_with("err-"));
    for action in ["COMPLETE", "ABORT", "FAIL", "REVERT"] {
        expect(&batch, action, 428).await;
    }
}

#[tokio::test]
async fn unknown_batches_and_actions() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    expect(&batch, "INITIALIZE", 400).await;
    expect(&batch, "NONSENSE", 400).await;
    let bare = send(world.request("POST", &format!("{IMPORT}/batches/{}", batch.id))).await;
    assert_eq!(bare.status, 400);
    let other = Batch {
        world: &world,
        id: "01KQ3W8Z5T7M1V9X2B4C6D8E0F".into(),
        dataset: batch.dataset.clone(),
    };
    for action in ["COMPLETE", "ABORT", "FAIL", "REVERT"] {
        let answer = other.act(action).await;
        assert_eq!(
            (answer.status, &answer.json()["title"]),
            (404, &json!("NotFoundError"))
        );
    }
}

#[tokio::test]
async fn a_reverted_batch_leaves_the_dataset() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("a.json", ndjson(&[member(1)])).await;
    batch.finish().await;
    let preview = format!("{}/datasets/{}/preview", super::EXPORT, batch.dataset);
    assert_eq!(
        world.get(&preview).await.expect(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let file = format!("{}/files/{}-1", super::EXPORT, batch.id);
    assert_eq!(world.get(&file).await.status, 200);
    expect(&batch, "REVERT", 200).await;
    world.until(&batch.id, &["deleted"]).await;
    assert_eq!(world.get(&preview).await.expect(200)["data"], json!([]));
    assert_eq!(world.get(&file).await.status, 404);
}
