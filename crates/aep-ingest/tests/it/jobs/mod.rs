//! Runs that are written down: taken up again, never done twice.

mod broken;
mod ledger;
mod resume;

use std::path::Path;

use aep_core::{ErrorKind, Settings};
use aep_emulator::{Emulator, Fault, FaultRule, Processing};
use aep_ingest::plan::Limits;
use aep_ingest::{
    BatchFilter, BatchStatus, Inputs, LargeFiles, OnFailure, Outcome, ReportStatus, Upload,
};
use futures::TryStreamExt;
use uuid::Uuid;

use crate::support::{World, member, ndjson, world, world_of};

/// Small parts, so that small files are large ones.
fn small_parts() -> Limits {
    Limits {
        single_put_bytes: 4_000,
        chunk_bytes: 1_000,
        ..Limits::default()
    }
}

/// Three small files, two that go in parts.
fn files(world: &World) -> Inputs {
    for (index, rows) in [3, 1, 60, 2, 45].into_iter().enumerate() {
        world.file(&format!("in/{index}.ndjson"), ndjson(rows));
    }
    Inputs::paths([world.dir.path().join("in")])
}

const ROWS: u64 = 111;

async fn upload(world: &World) -> Upload {
    world
        .ingest
        .upload(world.members().await, files(world))
        .limits(small_parts())
        .large_files(LargeFiles::Chunk)
        .on_failure(OnFailure::Keep)
        .concurrency(1)
        .journal(world.jobs())
}

async fn outcome(upload: Upload) -> Outcome {
    upload.start().outcome().await.unwrap()
}

async fn resumed(world: &World, run: Uuid) -> Outcome {
    outcome(world.ingest.resume(world.jobs(), run).unwrap()).await
}

async fn batches(world: &World) -> Vec<aep_ingest::Batch> {
    let all = world.ingest.batches().list(BatchFilter::default());
    all.try_collect().await.unwrap()
}

fn sends(world: &World) -> Vec<String> {
    let all = world.emulator.requests().all();
    let sends = all
        .into_iter()
        .filter(|seen| seen.method == "PUT" || seen.method == "PATCH");
    sends
        .map(|seen| format!("{} {}", seen.method, seen.path))
        .collect()
}

/// Every row is in the dataset once, in one batch that was completed once.
async fn landed_once(world: &World, outcome: &Outcome, runs: usize) {
    if let Some(error) = &outcome.error {
        panic!("{}", error.report());
    }
    assert_eq!(outcome.report.status, ReportStatus::Success);
    assert_eq!(outcome.report.batches[0].records_landed, Some(ROWS));
    assert_eq!(
        (
            outcome.report.batches[0].files,
            outcome.report.batches.len()
        ),
        (5, 1)
    );
    let all = batches(world).await;
    let landed: Vec<_> = all
        .iter()
        .filter(|batch| batch.status == BatchStatus::Success)
        .collect();
    assert_eq!(landed.len(), runs);
    assert!(all.iter().all(|batch| batch.status != BatchStatus::Loading));
}

#[tokio::test]
async fn a_run_that_did_not_wait_is_waited_for_later() {
    let world = world().await;
    let first = outcome(upload(&world).await.wait(false)).await;
    assert!(first.error.is_none());
    let before = world.changes().len();
    let second = resumed(&world, first.report.run_id).await;
    landed_once(&world, &second, 1).await;
    assert_eq!(world.changes().len(), before, "nothing was changed");
}

#[tokio::test]
async fn detaching_keeps_what_is_there() {
    let world = world().await;
    world.fault(FaultRule::new("uploadLargeFilePart", Fault::Silence).nth(4));
    let rejects = world.dir.path().join("rejected.ndjson");
    let bad = member(900).replace("\"gold\"", "\"wood\"");
    let upload = upload(&world).await.on_failure(OnFailure::Abort);
    world.file("in/4.ndjson", ndjson(45) + &bad + "\n");
    let handle = upload.rejects(&rejects).start();
    let mut progress = handle.progress();
    progress
        .wait_for(|progress| progress.bytes_sent > 4_000)
        .await
        .unwrap();
    handle.detach();
    let first = handle.outcome().await.unwrap();
    let error = first.error.expect("an error");
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(
        error.hint_text().unwrap().contains("--resume"),
        "{}",
        error.report()
    );
    assert_eq!(first.report.status, ReportStatus::Interrupted);
    let set_aside = first.report.rejected.unwrap();
    assert_eq!((set_aside.rows, set_aside.files[0].rows), (1, 1));
    world.emulator.faults().clear();
    let second = resumed(&world, first.report.run_id).await;
    assert_eq!(second.report.status, ReportStatus::Partial);
    assert_eq!(second.report.batches[0].records_landed, Some(ROWS));
    // what was set aside before is told by every process of the run
    assert_eq!(second.report.rejected, Some(set_aside.clone()));
    let third = resumed(&world, first.report.run_id).await;
    assert_eq!(third.report.rejected, Some(set_aside));
}

#[tokio::test]
async fn nothing_is_left_of_a_run_that_made_no_batch() {
    let world = world().await;
    world.fault(FaultRule::new(
        "batch-ingestion.createBatch",
        Fault::status(403),
    ));
    let first = outcome(upload(&world).await).await;
    assert!(first.error.is_some());
    assert_eq!(world.jobs().list().unwrap(), []);
}

#[tokio::test]
async fn what_was_read_from_a_stream_survives_the_process() {
    let world = world().await;
    world.fault(FaultRule::new("uploadSmallFile", Fault::status(403)));
    let text = ndjson(3);
    let inputs = Inputs::new()
        .reader(text.as_bytes(), "stdin.ndjson")
        .unwrap();
    let upload = world
        .ingest
        .upload(world.members().await, inputs)
        .on_failure(OnFailure::Keep)
        .journal(world.jobs());
    let first = outcome(upload).await;
    world.emulator.faults().clear();
    let second = resumed(&world, first.report.run_id).await;
    assert!(second.error.is_none(), "{}", second.error.unwrap().report());
    assert_eq!(second.report.batches[0].records_landed, Some(3));
    let directory = world
        .dir
        .path()
        .join("state/jobs")
        .join(first.report.run_id.to_string());
    assert!(!directory.join("spool").exists());
}

#[tokio::test]
async fn a_figure_that_differs_is_no_success() {
    let world = world_of(Emulator::builder().processing(Processing::Stepwise {
        step: std::time::Duration::from_millis(300),
    }))
    .await;
    let path = world.file("a.ndjson", ndjson(3));
    world.fault(FaultRule::new(
        "completeBatch",
        Fault::delay(std::time::Duration::from_millis(300)),
    ));
    let handle = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .journal(world.jobs())
        .start();
    let mut progress = handle.progress();
    let batch = progress
        .wait_for(|progress| progress.phase == aep_ingest::Phase::Completing)
        .await
        .unwrap()
        .batches[0]
        .id
        .clone();
    // somebody else puts a file into the batch
    let dataset = world.members().await;
    let source = aep_ingest::Source::bytes(ndjson(5));
    world
        .ingest
        .batches()
        .put(&batch, &dataset.id, "other.ndjson", source)
        .await
        .unwrap();
    let outcome = handle.outcome().await.unwrap();
    let error = outcome.error.expect("an error");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let told = error.report().to_string();
    assert!(
        told.contains("1 files were sent, the platform has read 2"),
        "{told}"
    );
    assert!(
        told.contains("3 rows were sent, the platform has read 8"),
        "{told}"
    );
    assert_eq!(outcome.report.status, ReportStatus::Success);
}

#[tokio::test]
async fn a_secret_is_in_no_file() {
    let world = world().await;
    let first = outcome(upload(&world).await).await;
    landed_once(&world, &first, 1).await;
    let state = world.dir.path().join("state");
    let mut files = 0;
    for entry in walk(&state) {
        let text = String::from_utf8_lossy(&std::fs::read(&entry).unwrap()).into_owned();
        assert!(
            !text.contains(Settings::LOCAL_CLIENT_SECRET) && !text.contains("Bearer"),
            "{}",
            entry.display()
        );
        files += 1;
    }
    assert!(files >= 3, "journal, lock and ledger: {files}");
}

fn walk(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(walk(&path));
        } else {
            all.push(path);
        }
    }
    all
}
