//! From files to rows in the dataset.

use std::time::Duration;

use aep_core::{Client, Error};
use aep_emulator::{Fault, FaultRule};
use aep_ingest::plan::Limits;
use aep_ingest::{Ingest, Inputs, LargeFiles, ReportStatus};

use super::{
    HANG, Way, batches, client, every_fault_on_every_operation, hasty, is_clear, landed, schedule,
    seeds,
};
use crate::support::{self, MEMBERS, World, ndjson, world};

/// Some whole files, and one in chunks.
pub(super) struct Upload;

const ROWS: u64 = 3 + 2 + 60;

fn files(world: &World) -> Inputs {
    world.file("in/a.ndjson", ndjson(3));
    world.file("in/b.ndjson", ndjson(2));
    let large = world.file("in/large.ndjson", ndjson(60));
    Inputs::paths([large.parent().unwrap().to_owned()])
}

fn limits() -> Limits {
    Limits {
        single_put_bytes: 2_000,
        chunk_bytes: 2_000,
        ..Limits::default()
    }
}

impl Way for Upload {
    type Ready = Inputs;

    async fn prepare(&self, world: &World) -> Inputs {
        files(world)
    }

    async fn go(&self, ingest: Ingest, _: &World, inputs: &Inputs) -> Result<(), Error> {
        let dataset = ingest.datasets().find(MEMBERS).await?;
        let upload = ingest
            .upload(dataset, inputs.clone())
            .limits(limits())
            .large_files(LargeFiles::Chunk);
        let report = upload.start().join().await?;
        assert_eq!(report.status, ReportStatus::Success);
        assert_eq!(report.batches[0].records_landed, Some(ROWS));
        Ok(())
    }

    async fn check(&self, world: &World, _: &Inputs, times: usize, about: &str) {
        let all = batches(world).await;
        let expected = (times, times as u64 * ROWS);
        assert_eq!(landed(&all), expected, "{about}");
        assert_eq!(all.len(), times, "{about}: batches of no use");
    }
}

#[tokio::test]
async fn an_upload_survives_every_fault_on_every_operation() {
    let scenarios = every_fault_on_every_operation(&Upload).await;
    assert!(scenarios >= 18 * 9, "{scenarios}");
}

#[tokio::test]
async fn faults_anywhere_leave_all_or_nothing() {
    let world = world().await;
    let inputs = files(&world);
    let (mut good, mut failed) = (0, 0);
    for seed in 0..seeds(8) {
        let before = landed(&batches(&world).await);
        for rule in schedule(seed) {
            world.fault(rule);
        }
        let ingest = client(&world);
        let run = async {
            let dataset = ingest.datasets().find(MEMBERS).await?;
            let upload = ingest
                .upload(dataset, inputs.clone())
                .limits(limits())
                .large_files(LargeFiles::Chunk);
            upload.start().outcome().await
        };
        let ended = tokio::time::timeout(HANG, run).await;
        world.emulator.faults().clear();
        let after = landed(&batches(&world).await);
        let new = (after.0 - before.0, after.1 - before.1);
        let outcome = match ended.unwrap_or_else(|_| panic!("seed {seed} hangs")) {
            Ok(outcome) => outcome,
            Err(error) => {
                assert!(is_clear(&error), "seed {seed}: {}", error.report());
                assert_eq!(new, (0, 0), "seed {seed}");
                continue;
            }
        };
        match outcome.error {
            None => {
                assert_eq!(outcome.report.status, ReportStatus::Success, "seed {seed}");
                assert_eq!(new, (1, ROWS), "seed {seed}");
                good += 1;
            }
            Some(error) => {
                assert!(is_clear(&error), "seed {seed}: {}", error.report());
                // what has landed although it failed is named, and there once
                assert!(new == (0, 0) || new == (1, ROWS), "seed {seed}: {new:?}");
                assert!(
                    new.0 == 0 || error.report().to_string().contains("stays on the server"),
                    "seed {seed}: {}",
                    error.report()
                );
                failed += 1;
            }
        }
    }
    assert!(good > failed, "{good} good, {failed} failed");
}

#[tokio::test]
async fn one_stuck_request_does_not_stop_the_rest() {
    let world = world().await;
    for n in 0..12 {
        world.file(&format!("in/{n}.ndjson"), ndjson(1));
    }
    world.fault(FaultRule::new("uploadSmallFile", Fault::Silence).first(1));
    let mut settings = hasty(support::settings(&world.emulator));
    settings.timeouts.idle = Duration::from_hours(1);
    settings.timeouts.first_byte = Duration::from_hours(1);
    let ingest = Ingest::new(Client::new(settings).unwrap());
    let dataset = ingest.datasets().find(MEMBERS).await.unwrap();
    // there is one place, and the first request keeps silent in it
    let upload = ingest
        .upload(dataset, Inputs::paths([world.dir.path().join("in")]))
        .concurrency(1);
    let handle = upload.start();
    let mut progress = handle.progress();
    let others = progress.wait_for(|progress| progress.files_sent == 11);
    // a watchdog: what is stuck here would be stuck for an hour
    let others = tokio::time::timeout(Duration::from_mins(2), others).await;
    others.unwrap().unwrap();
    handle.cancel();
    handle.outcome().await.unwrap();
}

#[tokio::test]
async fn a_straggler_does_not_hold_up_the_next_batches() {
    let world = world().await;
    for n in 0..5 {
        world.file(&format!("in/{n}.ndjson"), ndjson(n + 1));
    }
    // the only file of the first batch does not arrive for an hour
    world.fault(FaultRule::new("uploadSmallFile", Fault::Silence).first(1));
    let mut settings = hasty(support::settings(&world.emulator));
    settings.timeouts.idle = Duration::from_hours(1);
    settings.timeouts.first_byte = Duration::from_hours(1);
    let ingest = Ingest::new(Client::new(settings).unwrap());
    let dataset = ingest.datasets().find(MEMBERS).await.unwrap();
    let limits = Limits {
        batch_files: 1,
        ..Limits::default()
    };
    let inputs = Inputs::paths([world.dir.path().join("in")]);
    let upload = ingest.upload(dataset, inputs).limits(limits).concurrency(2);
    let handle = upload.start();
    let mut progress = handle.progress();
    let others = progress.wait_for(|progress| progress.files_sent == 4);
    let others = tokio::time::timeout(Duration::from_mins(2), others).await;
    assert_eq!(others.unwrap().unwrap().batches.len(), 5);
    handle.detach();
    let report = handle.outcome().await.unwrap().report;
    assert_eq!(report.status, ReportStatus::Interrupted);
    let files: Vec<u64> = report.batches.iter().map(|batch| batch.files).collect();
    assert_eq!(files, [0, 1, 1, 1, 1]);
}

/// Sends a file whose second request waits for a second, and does something to the file meanwhile.
async fn meddled(change: impl FnOnce(&std::path::Path), limits: Limits) -> (World, String) {
    let world = world().await;
    let path = world.file("a.ndjson", ndjson(40));
    let operation = if limits.single_put_bytes < 4_000 {
        "uploadLargeFilePart"
    } else {
        "uploadSmallFile"
    };
    let wait = Fault::Throttle {
        retry_after: Some("1".to_owned()),
    };
    world.fault(FaultRule::new(operation, wait).first(1));
    let dataset = world.members().await;
    let upload = world
        .ingest
        .upload(dataset, Inputs::paths([path.clone()]))
        .limits(limits)
        .large_files(LargeFiles::Chunk);
    let handle = upload.start();
    let mut progress = handle.progress();
    let begun = progress.wait_for(|progress| progress.bytes_sent > 0);
    begun.await.unwrap();
    change(&path);
    let error = handle.join().await.unwrap_err();
    assert_eq!(error.kind(), aep_core::ErrorKind::Io, "{}", error.report());
    (world, error.report().to_string())
}

#[tokio::test]
async fn a_file_that_does_not_stay_as_it_is_is_not_ingested() {
    type Change = fn(&std::path::Path);
    let changes: [(&str, Change); 5] = [
        ("deleted", |path| std::fs::remove_file(path).unwrap()),
        ("emptied", |path| std::fs::write(path, "").unwrap()),
        ("cut", |path| {
            let file = std::fs::File::options().write(true).open(path).unwrap();
            file.set_len(500).unwrap();
        }),
        ("grown", |path| {
            use std::io::Write;
            let mut file = std::fs::File::options().append(true).open(path).unwrap();
            file.write_all(ndjson(1).as_bytes()).unwrap();
        }),
        ("replaced", |path| {
            let other = path.with_extension("other");
            std::fs::copy(path, &other).unwrap();
            std::fs::rename(other, path).unwrap();
        }),
    ];
    for (what, change) in changes {
        for limits in [Limits::default(), limits()] {
            let (world, said) = meddled(change, limits).await;
            assert!(said.contains("a.ndjson"), "{what}: {said}");
            assert_eq!(landed(&batches(&world).await), (0, 0), "{what}");
        }
    }
}
