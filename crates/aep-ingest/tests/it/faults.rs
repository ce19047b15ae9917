//! Trouble on the way.

use std::time::Duration;

use aep_core::ErrorKind;
use aep_emulator::{Emulator, Fault, FaultRule, Processing};
use aep_ingest::plan::Limits;
use aep_ingest::{BatchFilter, BatchStatus, Inputs, LargeFiles, OnFailure, ReportStatus};
use futures::TryStreamExt;

use crate::support::{World, ndjson, once, world, world_of};

async fn batches(world: &World) -> Vec<aep_ingest::Batch> {
    world
        .ingest
        .batches()
        .list(BatchFilter::default())
        .try_collect()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_passing_trouble_leaves_one_batch_with_every_row_once() {
    for operation in [
        "createBatch",
        "uploadSmallFile",
        "completeBatch",
        "retrieveBatch",
    ] {
        for fault in [
            Fault::throttled(Duration::ZERO),
            Fault::status(503),
            Fault::ResetBefore,
            Fault::ResetAfter,
            Fault::HalfResponse,
        ] {
            let world = world().await;
            let path = world.file("a.ndjson", ndjson(3));
            let dataset = world.members().await;
            let operation = operation_name(&world, operation);
            world.fault(once(&operation, fault.clone()));
            let report = world
                .ingest
                .upload(dataset.clone(), Inputs::paths([path]))
                .start()
                .join()
                .await;
            let report =
                report.unwrap_or_else(|error| panic!("{operation} {fault:?}: {}", error.report()));
            assert_eq!(
                report.status,
                ReportStatus::Success,
                "{operation} {fault:?}"
            );
            assert_eq!(
                report.batches[0].records_landed,
                Some(3),
                "{operation} {fault:?}"
            );
            assert_eq!(
                batches(&world).await.len(),
                1,
                "{operation} {fault:?}: one batch, not two"
            );
        }
    }
}

/// The emulator's name for an operation.
fn operation_name(_: &World, name: &str) -> String {
    if name == "createBatch" {
        "batch-ingestion.createBatch".to_owned()
    } else {
        name.to_owned()
    }
}

#[tokio::test]
async fn a_lost_answer_to_create_is_looked_up() {
    let world = world().await;
    world.fault(once("batch-ingestion.createBatch", Fault::ResetAfter));
    let path = world.file("a.ndjson", ndjson(1));
    let report = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .start()
        .join()
        .await
        .unwrap();
    assert_eq!(report.status, ReportStatus::Success);
    assert_eq!(world.calls("createBatch"), 1, "found, not made again");
}

#[tokio::test]
async fn a_failed_upload_aborts_the_batch_and_says_so() {
    let world = world().await;
    world.fault(FaultRule::new("uploadSmallFile", Fault::status(400)));
    let path = world.file("a.ndjson", ndjson(1));
    let handle = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .start();
    let outcome = handle.outcome().await.unwrap();
    let error = outcome.error.expect("an error");
    assert_eq!(error.status(), Some(400));
    let batch = &outcome.report.batches[0];
    assert_eq!(batch.status, BatchStatus::Aborted);
    assert_eq!(outcome.report.status, ReportStatus::Aborted);
    assert!(
        error
            .context()
            .iter()
            .any(|(key, value)| *key == "aborted" && value == batch.id.as_str())
    );
    assert_eq!(batches(&world).await[0].status, BatchStatus::Aborted);
}

#[tokio::test]
async fn a_failed_upload_can_be_kept() {
    let world = world().await;
    let first = world.file("in/a.ndjson", ndjson(1));
    let second = world.file("in/b.ndjson", ndjson(1));
    world.fault(FaultRule::new("uploadSmallFile", Fault::status(400)).nth(2));
    let upload = world
        .ingest
        .upload(world.members().await, Inputs::paths([first, second]))
        .on_failure(OnFailure::Keep)
        .concurrency(1);
    let error = upload.start().join().await.unwrap_err();
    let stays = error
        .context()
        .iter()
        .find(|(key, _)| *key == "stays on the server")
        .expect("what stays");
    assert!(stays.1.contains("open, with 1 files"), "{stays:?}");
    assert!(error.hint_text().unwrap().contains("aep batch complete"));
    assert_eq!(batches(&world).await[0].status, BatchStatus::Loading);
}

#[tokio::test]
async fn both_errors_come_back_if_cleaning_up_fails_too() {
    let world = world().await;
    world.fault(FaultRule::new("uploadSmallFile", Fault::status(400)));
    world.fault(FaultRule::new("abortBatch", Fault::status(403)));
    let path = world.file("a.ndjson", ndjson(1));
    let error = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .start()
        .join()
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(400));
    let text = error.report().to_string();
    assert!(
        text.contains("aborting failed")
            && text.contains("403")
            && text.contains("stays on the server"),
        "{text}"
    );
}

#[tokio::test]
async fn cancelling_aborts_the_batch() {
    let world = world().await;
    let path = world.file("a.ndjson", ndjson(1));
    world.fault(FaultRule::new("uploadSmallFile", Fault::Silence));
    let handle = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .start();
    let mut progress = handle.progress();
    progress
        .wait_for(|progress| progress.bytes_sent > 0)
        .await
        .unwrap();
    handle.cancel();
    let outcome = handle.outcome().await.unwrap();
    assert_eq!(
        outcome.error.expect("an error").kind(),
        ErrorKind::Cancelled
    );
    assert_eq!(outcome.report.status, ReportStatus::Aborted);
    world.emulator.faults().clear();
    assert_eq!(batches(&world).await[0].status, BatchStatus::Aborted);
}

#[tokio::test]
async fn dropping_the_handle_cancels() {
    let world = world().await;
    let path = world.file("a.ndjson", ndjson(1));
    world.fault(FaultRule::new("uploadSmallFile", Fault::Silence));
    let handle = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .start();
    let mut progress = handle.progress();
    progress
        .wait_for(|progress| progress.bytes_sent > 0)
        .await
        .unwrap();
    drop(handle);
    let last = progress
        .wait_for(|progress| progress.phase == aep_ingest::Phase::Done)
        .await
        .unwrap();
    assert_eq!(last.batches[0].status, BatchStatus::Aborted);
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_sent_is_not_sent() {
    let world = world().await;
    let path = world.file("a.ndjson", ndjson(1));
    let dataset = world.members().await;
    let rewrite = path.clone();
    // the first answer is lost; before the file is read again it has changed
    world.fault(once(
        "uploadSmallFile",
        Fault::Throttle {
            retry_after: Some("1".to_owned()),
        },
    ));
    let handle = world.ingest.upload(dataset, Inputs::paths([path])).start();
    let mut progress = handle.progress();
    progress
        .wait_for(|progress| progress.bytes_sent > 0)
        .await
        .unwrap();
    std::fs::write(rewrite, ndjson(2)).unwrap();
    let error = handle.join().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let text = error.report().to_string();
    assert!(text.contains("changed while it was being sent"), "{text}");
    assert_eq!(batches(&world).await[0].status, BatchStatus::Aborted);
}

#[tokio::test]
async fn cancelling_between_chunks_aborts_the_batch() {
    let world = world().await;
    let path = world.file("a.ndjson", ndjson(200));
    world.fault(FaultRule::new("uploadLargeFilePart", Fault::Silence).nth(6));
    let limits = Limits {
        single_put_bytes: 1_000,
        chunk_bytes: 1_000,
        ..Limits::default()
    };
    let dataset = world.members().await;
    let upload = world
        .ingest
        .upload(dataset, Inputs::paths([path]))
        .limits(limits)
        .large_files(LargeFiles::Chunk)
        .concurrency(2);
    let handle = upload.start();
    let mut progress = handle.progress();
    progress
        .wait_for(|progress| progress.bytes_sent > 6_000)
        .await
        .unwrap();
    handle.cancel();
    let outcome = handle.outcome().await.unwrap();
    assert_eq!(
        outcome.error.expect("an error").kind(),
        ErrorKind::Cancelled
    );
    assert_eq!(outcome.report.batches[0].files, 0);
    assert_eq!(batches(&world).await[0].status, BatchStatus::Aborted);
}

#[tokio::test]
async fn a_completion_whose_fate_is_unknown_is_told_as_it_is() {
    // stays `loaded`, where it can't be aborted
    let step = Duration::from_hours(1);
    let world = world_of(Emulator::builder().processing(Processing::Stepwise { step })).await;
    let path = world.file("a.ndjson", ndjson(1));
    let ingest = world.with(|settings| settings.retries = 0);
    let dataset = world.members().await;
    // carried out, the answer lost, and nobody answers when it is looked for
    world.fault(once("completeBatch", Fault::ResetAfter));
    world.fault(once("retrieveBatch", Fault::status(503)));
    let handle = ingest.upload(dataset, Inputs::paths([path])).start();
    let outcome = handle.outcome().await.unwrap();
    let error = outcome.error.expect("an error");
    let text = error.report().to_string();
    assert!(text.contains("stays on the server"), "{text}");
    assert!(!text.contains("(open"), "{text}");
    assert_eq!(outcome.report.batches[0].status, BatchStatus::Loaded);
}
