//! Batches, one call at a time.

use std::time::Duration;

use aep_core::{BatchId, ErrorKind};
use aep_emulator::{Emulator, Processing};
use aep_ingest::batches::Replay;
use aep_ingest::{Batch, BatchFilter, BatchStatus, Format, NewBatch, Source, WaitOptions};
use futures::TryStreamExt;

use crate::support::{World, ndjson, world, world_of};

async fn filled(world: &World, rows: u32) -> Batch {
    let dataset = world.members().await;
    let batches = world.ingest.batches();
    let batch = batches
        .create(NewBatch::new(dataset.id.clone(), Format::NdJson))
        .await
        .unwrap();
    batches
        .put(
            &batch.id,
            &dataset.id,
            "a/b.ndjson",
            Source::bytes(ndjson(rows)),
        )
        .await
        .unwrap();
    batch
}

async fn landed(world: &World, rows: u32) -> Batch {
    let batches = world.ingest.batches();
    let batch = filled(world, rows).await;
    batches.complete(&batch.id).await.unwrap();
    batches
        .wait(&batch.id, WaitOptions::default())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_batch_by_hand() {
    let world = world().await;
    let batch = landed(&world, 4).await;
    assert_eq!(batch.status, BatchStatus::Success);
    assert_eq!(batch.metrics.records_landed, Some(4));
    assert!(
        batch
            .external_id
            .as_deref()
            .is_some_and(|id| id.starts_with("aep-"))
    );
    world.ingest.batches().complete(&batch.id).await.unwrap();
}

#[tokio::test]
async fn deleting_does_what_the_state_asks_for() {
    let world = world().await;
    let batches = world.ingest.batches();
    let open = filled(&world, 1).await;
    assert_eq!(
        batches.delete(&open.id).await.unwrap().status,
        BatchStatus::Aborted
    );
    assert_eq!(
        batches.delete(&open.id).await.unwrap().status,
        BatchStatus::Aborted,
        "nothing is left to undo"
    );
    let done = landed(&world, 1).await;
    let gone = batches.delete(&done.id).await.unwrap();
    assert!(
        matches!(gone.status, BatchStatus::Inactive | BatchStatus::Deleted),
        "{}",
        gone.status
    );
    let error = batches.complete(&open.id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(
        error.report().to_string().contains("aborted"),
        "{}",
        error.report()
    );
    assert_eq!(
        batches.revert(&open.id).await.unwrap_err().kind(),
        ErrorKind::Conflict
    );
}

#[tokio::test]
async fn a_batch_can_be_declared_failed() {
    let world = world().await;
    let batches = world.ingest.batches();
    let batch = filled(&world, 1).await;
    batches.fail(&batch.id).await.unwrap();
    assert_eq!(
        batches.get(&batch.id).await.unwrap().status,
        BatchStatus::Failure
    );
}

#[tokio::test]
async fn a_replay_replaces() {
    let world = world().await;
    let batches = world.ingest.batches();
    let old = landed(&world, 2).await;
    let dataset = world.members().await;
    let replay = Replay {
        predecessors: vec![old.id.clone()],
        ..Replay::default()
    };
    let new = batches
        .replay(NewBatch::new(dataset.id.clone(), Format::NdJson), replay)
        .await
        .unwrap();
    batches
        .put(&new.id, &dataset.id, "a.ndjson", Source::bytes(ndjson(3)))
        .await
        .unwrap();
    batches.complete(&new.id).await.unwrap();
    assert_eq!(
        batches
            .wait(&new.id, WaitOptions::default())
            .await
            .unwrap()
            .status,
        BatchStatus::Success
    );
    assert_eq!(
        batches.get(&old.id).await.unwrap().status,
        BatchStatus::Inactive
    );
    let nothing = batches
        .replay(NewBatch::new(dataset.id, Format::NdJson), Replay::default())
        .await;
    assert_eq!(nothing.unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn waiting_has_an_end() {
    let hour = Duration::from_hours(1);
    let world = world_of(Emulator::builder().processing(Processing::Stepwise { step: hour })).await;
    let batches = world.ingest.batches();
    let batch = filled(&world, 1).await;
    batches.complete(&batch.id).await.unwrap();
    let error = batches
        .wait(
            &batch.id,
            WaitOptions::default().timeout(Duration::from_millis(50)),
        )
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.context().iter().any(|(key, _)| *key == "status"));
    assert!(error.hint_text().unwrap().contains("aep batch wait"));
}

#[tokio::test]
async fn an_unknown_batch_is_not_found() {
    let world = world().await;
    let batches = world.ingest.batches();
    let id = BatchId::new("01KQ0000000000000000000000").unwrap();
    for error in [
        batches.get(&id).await.unwrap_err(),
        batches.wait(&id, WaitOptions::default()).await.unwrap_err(),
        batches.complete(&id).await.unwrap_err(),
        batches.explain(&id).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{}", error.report());
    }
}

#[tokio::test]
async fn an_empty_file_or_a_bad_name_is_refused() {
    let world = world().await;
    let dataset = world.members().await;
    let batches = world.ingest.batches();
    let batch = batches
        .create(NewBatch::new(dataset.id.clone(), Format::Json))
        .await
        .unwrap();
    let empty = batches
        .put(&batch.id, &dataset.id, "a.json", Source::bytes(""))
        .await;
    assert_eq!(empty.unwrap_err().kind(), ErrorKind::Rejected);
    for name in ["", "/a", "a//b", "../a", "a/."] {
        let put = batches
            .put(&batch.id, &dataset.id, name, Source::bytes("[]"))
            .await;
        assert_eq!(put.unwrap_err().kind(), ErrorKind::Usage, "{name}");
    }
}

#[tokio::test]
async fn lists_are_filtered_by_state() {
    let world = world().await;
    let batches = world.ingest.batches();
    let open = filled(&world, 1).await;
    let done = landed(&world, 1).await;
    let filter = BatchFilter {
        status: vec![BatchStatus::Success],
        ..BatchFilter::default()
    };
    let found: Vec<Batch> = batches.list(filter).try_collect().await.unwrap();
    assert_eq!(
        found.iter().map(|batch| &batch.id).collect::<Vec<_>>(),
        [&done.id]
    );
    let all: Vec<Batch> = batches
        .list(BatchFilter::default())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(
        all.iter().map(|batch| &batch.id).collect::<Vec<_>>(),
        [&done.id, &open.id]
    );
}

#[tokio::test]
async fn an_open_batch_is_previewed() {
    let world = world().await;
    let batch = filled(&world, 20).await;
    let preview = world.ingest.batches().preview(&batch.id, 5).await.unwrap();
    assert_eq!(preview.rows.len(), 5);
    assert!(!preview.columns.is_empty());
}
