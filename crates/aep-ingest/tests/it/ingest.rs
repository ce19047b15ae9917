//! Whole ingestions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aep_core::{Client, ErrorKind};
use aep_emulator::{Emulator, Processing};
use aep_ingest::plan::Limits;
use aep_ingest::{BatchStatus, Ingest, Inputs, Phase, ReportStatus, Validate, WaitOptions};

use crate::support::{MEMBERS, json, member, ndjson, sample, settings, world, world_of};

#[tokio::test]
async fn every_format_of_the_samples_lands() {
    let world = world().await;
    let dataset = world.members().await;
    for name in [
        "loyalty-members.json",
        "loyalty-members.ndjson",
        "loyalty-members.csv",
        "loyalty-members.parquet",
    ] {
        let report = world
            .ingest
            .upload(dataset.clone(), Inputs::paths([sample(name)]))
            .start()
            .join()
            .await;
        let report = report.unwrap_or_else(|error| panic!("{name}: {}", error.report()));
        assert_eq!(report.status, ReportStatus::Success, "{name}: {report:?}");
        let batch = &report.batches[0];
        assert_eq!(batch.status, BatchStatus::Success);
        assert_eq!(batch.files, 1);
        assert_eq!(batch.bytes, std::fs::metadata(sample(name)).unwrap().len());
        assert_eq!(batch.records_read, batch.records_landed, "{name}");
        assert!(batch.records_read.unwrap() > 0, "{name}");
    }
    let rows = world.ingest.datasets().preview(&dataset.id).await.unwrap();
    assert!(!rows.is_empty());
}

#[tokio::test]
async fn a_directory_keeps_its_partitions() {
    let world = world().await;
    for day in 1..=3 {
        world.file(&format!("in/day={day}/part.ndjson"), ndjson(2));
    }
    world.file("in/_SUCCESS", "");
    let upload = world.ingest.upload(
        world.members().await,
        Inputs::paths([world.dir.path().join("in")]),
    );
    let plan = upload.plan().unwrap();
    let names: Vec<&str> = plan.batches[0]
        .files
        .iter()
        .map(|file| &*file.name)
        .collect();
    assert_eq!(
        names,
        [
            "day=1/part.ndjson",
            "day=2/part.ndjson",
            "day=3/part.ndjson"
        ]
    );
    assert!(plan.notes.iter().any(|note| note.contains("left out")));
    let report = upload.start().join().await.unwrap();
    assert_eq!((report.batches.len(), report.batches[0].files), (1, 3));
    assert_eq!(report.batches[0].records_landed, Some(6));
    let paths: Vec<String> = world.changes();
    assert!(
        paths
            .iter()
            .any(|path| path.contains("/files/day=2/part.ndjson")
                || path.contains("/files/day%3D2/part.ndjson")),
        "{paths:?}"
    );
}

#[tokio::test]
async fn many_files_go_into_batches_that_are_completed_together() {
    let world = world().await;
    for index in 0..25 {
        world.file(&format!("in/{index:02}.ndjson"), ndjson(1));
    }
    world.file("in/other.json", json(2));
    let limits = Limits {
        batch_files: 10,
        ..Limits::default()
    };
    let upload = world
        .ingest
        .upload(
            world.members().await,
            Inputs::paths([format!("{}/in/*", world.dir.path().display())]),
        )
        .limits(limits);
    let report = upload.start().join().await.unwrap();
    assert_eq!(report.status, ReportStatus::Success);
    let files: Vec<u64> = report.batches.iter().map(|batch| batch.files).collect();
    assert_eq!(files, [1, 10, 10, 5]);
    let landed: u64 = report
        .batches
        .iter()
        .filter_map(|batch| batch.records_landed)
        .sum();
    assert_eq!(landed, 27);
    let order: Vec<String> = world.changes();
    let first_complete = order
        .iter()
        .position(|path| path.contains("batches") && path.ends_with("action=COMPLETE"))
        .unwrap();
    assert!(
        order[first_complete..]
            .iter()
            .all(|path| !path.starts_with("PUT")),
        "nothing is completed before all is there"
    );
}

#[tokio::test]
async fn names_that_need_encoding_arrive() {
    let world = world().await;
    for name in [
        "a b.ndjson",
        "50%.ndjson",
        "größe?.ndjson",
        "a+b&c=d#e.ndjson",
    ] {
        world.file(&format!("in/{name}"), ndjson(1));
    }
    let report = world
        .ingest
        .upload(
            world.members().await,
            Inputs::paths([world.dir.path().join("in")]),
        )
        .start()
        .join()
        .await
        .unwrap();
    assert_eq!(report.batches[0].records_landed, Some(4), "{report:?}");
}

#[tokio::test]
async fn what_is_piped_in_is_kept_for_a_repeat() {
    let world = world().await;
    let inputs = Inputs::new()
        .reader(ndjson(3).as_bytes(), "stdin.ndjson")
        .unwrap();
    let report = world
        .ingest
        .upload(world.members().await, inputs)
        .start()
        .join()
        .await
        .unwrap();
    assert_eq!(report.batches[0].records_landed, Some(3));
}

#[tokio::test]
async fn progress_is_published_to_the_end() {
    let emulator = Emulator::builder().processing(Processing::Immediate);
    let world = world_of(emulator).await;
    let path = world.file("a.ndjson", ndjson(50));
    let size = std::fs::metadata(&path).unwrap().len();
    let handle = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .start();
    let mut progress = handle.progress();
    let report = handle.join().await.unwrap();
    let last = progress.borrow_and_update().clone();
    assert_eq!(last.phase, Phase::Done);
    assert_eq!((last.files_sent, last.files_total), (1, 1));
    assert_eq!((last.bytes_sent, last.bytes_total), (size, size));
    assert_eq!((last.rows_checked, last.rows_bad), (50, 0));
    assert_eq!(last.batches[0].id, report.batches[0].id);
    assert_eq!(last.batches[0].status, BatchStatus::Success);
}

#[tokio::test]
async fn one_may_leave_before_the_end() {
    let world = world().await;
    let path = world.file("a.ndjson", ndjson(5));
    let report = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .wait(false)
        .start()
        .join()
        .await
        .unwrap();
    assert!(
        matches!(
            report.status,
            ReportStatus::Accepted | ReportStatus::Success
        ),
        "{report:?}"
    );
    let seen = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&seen);
    let options = WaitOptions {
        on_change: Some(Arc::new(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        })),
        ..WaitOptions::default()
    };
    let batch = world
        .ingest
        .batches()
        .wait(&report.batches[0].id, options)
        .await
        .unwrap();
    assert_eq!(batch.status, BatchStatus::Success);
    assert!(seen.load(Ordering::Relaxed) >= 1);
}

#[tokio::test]
async fn bad_rows_fail_the_batch_and_the_report_says_why() {
    let world = world().await;
    let bad = r#"{"_id":"x","_local":{"points":"many"}}"#;
    let path = world.file("a.ndjson", format!("{}\n{bad}\n", member(1)));
    let upload = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .validate(Validate::Warn)
        .diagnostics(true);
    let report = upload.start().join().await.unwrap();
    assert_eq!(report.status, ReportStatus::Failure);
    assert_eq!(report.warnings.bad_rows, 1);
    let batch = &report.batches[0];
    assert_eq!(batch.status, BatchStatus::Failure);
    assert_eq!(batch.records_landed, Some(0));
    assert!(!batch.errors.is_empty());
    let explanation = world.ingest.batches().explain(&batch.id).await.unwrap();
    assert!(
        explanation
            .causes
            .iter()
            .any(|cause| cause.meaning.is_some()),
        "{explanation:?}"
    );
}

#[tokio::test]
async fn partial_ingestion_takes_the_good_rows() {
    let world = world().await;
    let mut rows = ndjson(99);
    rows.push_str("{\"_id\":\"x\",\"_local\":{\"memberId\":\"M00000001\",\"points\":\"many\"}}\n");
    let path = world.file("a.ndjson", rows);
    let upload = world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .partial(5.0);
    let report = upload.start().join().await.unwrap();
    assert_eq!(report.status, ReportStatus::Partial, "{report:?}");
    let batch = &report.batches[0];
    assert_eq!(
        (
            batch.records_read,
            batch.records_landed,
            batch.records_failed
        ),
        (Some(100), Some(99), Some(1))
    );
    let fetched = world
        .ingest
        .batches()
        .errors(
            &batch.id,
            &world.dir.path().join("errors"),
            aep_ingest::DownloadOptions::default(),
        )
        .await
        .unwrap();
    assert!(!fetched.row_errors.is_empty());
    let rows = std::fs::read_to_string(&fetched.row_errors[0]).unwrap();
    assert!(rows.contains("_errors"), "{rows}");
}

#[tokio::test]
async fn a_dry_run_writes_down_every_request_and_sends_none() {
    let world = world().await;
    let path = world.file("in/a.ndjson", ndjson(1));
    let (client, recorder) = Client::new(settings(&world.emulator)).unwrap().recording();
    let ingest = Ingest::new(client);
    let dataset = ingest.datasets().find(MEMBERS).await.unwrap();
    let error = ingest
        .upload(dataset, Inputs::paths([path]))
        .start()
        .join()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(error.context().iter().any(|(key, _)| *key == "dry_run"));
    let operations: Vec<&str> = recorder
        .requests()
        .iter()
        .map(|request| request.method.as_str())
        .map(|method| if method == "PUT" { "PUT" } else { "POST" })
        .collect();
    assert_eq!(operations, ["POST", "PUT", "POST"]);
    assert!(recorder.requests()[1].url.ends_with("/files/a.ndjson"));
    assert_eq!(world.changes(), Vec::<String>::new());
}
