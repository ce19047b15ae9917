//! Trouble that lasts: throttling, tokens that expire, servers that go away, clocks that jump.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use aep_core::Client;
use aep_core::transport::{Clock, Jitter};
use aep_emulator::{Emulator, Fault, FaultRule, Seen, When};
use aep_ingest::{Ingest, Inputs, ReportStatus};

use super::{client, hasty, landed};
use crate::support::{MEMBERS, World, ndjson, settings, world, world_of};

/// Uploads this many files of one row; all must land.
async fn all_land(world: &World, ingest: &Ingest, files: u64) {
    for n in 0..files {
        world.file(&format!("in/{n}.ndjson"), ndjson(1));
    }
    let dataset = ingest.datasets().find(MEMBERS).await.unwrap();
    let inputs = Inputs::paths([world.dir.path().join("in")]);
    let report = ingest.upload(dataset, inputs).start().join().await;
    let report = report.unwrap_or_else(|error| panic!("{}", error.report()));
    assert_eq!(report.status, ReportStatus::Success);
    let rows: u64 = report
        .batches
        .iter()
        .filter_map(|batch| batch.records_landed)
        .sum();
    assert_eq!(rows, files);
}

#[tokio::test]
async fn storms_of_throttling_are_sat_out() {
    for retry_after in [None, Some("0".to_owned())] {
        let world = world().await;
        let storm = Fault::Throttle { retry_after };
        world.fault(FaultRule::new("uploadSmallFile", storm.clone()).first(80));
        world.fault(FaultRule::new("createBatch", storm.clone()).first(10));
        world.fault(FaultRule::new("retrieveBatch", storm).first(10));
        all_land(&world, &client(&world), 10).await;
        assert!(world.calls("uploadSmallFile") >= 90);
    }
}

#[tokio::test]
async fn a_retry_after_is_obeyed_by_all_and_stops_nobody_else() {
    let world = world().await;
    let busy = Fault::Status {
        code: 503,
        retry_after: Some("1".to_owned()),
    };
    let some = When::Probability { p: 0.2, seed: 5 };
    world.fault(FaultRule::new("uploadSmallFile", busy).when(some));
    let began = Instant::now();
    all_land(&world, &client(&world), 40).await;
    let hits = world.emulator.faults().list()[0].hits;
    assert!(
        hits > 0 && began.elapsed() >= Duration::from_secs(1),
        "{hits}"
    );
    // on a busy machine an answer may be late, too
    assert!(world.calls("uploadSmallFile") as u64 >= 40 + hits);
}

#[tokio::test]
async fn tokens_that_expire_mid_run_are_renewed() {
    let world = world().await;
    for n in 0..12 {
        world.file(&format!("in/{n}.ndjson"), ndjson(1));
    }
    let expired = FaultRule::new("uploadSmallFile", Fault::ExpiredToken);
    world.fault(expired.when(When::Every(5)));
    let dataset = world.members().await;
    let upload = client(&world)
        .upload(dataset, Inputs::paths([world.dir.path().join("in")]))
        // one after the other, so that no request meets with two tokens that have expired
        .concurrency(1);
    let report = upload.start().join().await.unwrap();
    assert_eq!(report.batches[0].records_landed, Some(12));
    assert!(world.calls("fetchToken") > 2);
}

#[tokio::test]
async fn the_platforms_clock_may_jump() {
    // two days ahead, twice: all tokens have expired by then
    let world = world().await;
    let ingest = client(&world);
    let clock = world.emulator.clock().clone();
    let requests = world.emulator.requests().clone();
    let jumping = tokio::spawn(async move {
        for jump in [10, 45] {
            let done =
                |seen: &Seen| seen.operation == Some("uploadSmallFile") && seen.status == Some(200);
            while requests.all().iter().filter(|seen| done(seen)).count() < jump {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            clock.advance(Duration::from_hours(48));
        }
    });
    all_land(&world, &ingest, 60).await;
    jumping.abort();
    assert!(world.emulator.clock().offset_ms() > 0);
}

#[tokio::test]
async fn our_clock_may_jump() {
    let world = world().await;
    let looks = Arc::new(AtomicU64::new(0));
    let clock = Clock::new(move || {
        // back and forth by days, at every look
        let n = looks.fetch_add(1, Ordering::Relaxed);
        let day = Duration::from_hours(24);
        if n.is_multiple_of(2) {
            SystemTime::now() + day * 3
        } else {
            SystemTime::now() - day * 3
        }
    });
    world.fault(FaultRule::new("uploadSmallFile", Fault::throttled(Duration::ZERO)).first(3));
    let built = Client::builder(hasty(settings(&world.emulator)))
        .clock(clock)
        .jitter(Jitter::new(|ceiling| ceiling / 50));
    all_land(&world, &Ingest::new(built.build().unwrap()), 10).await;
}

#[tokio::test]
async fn a_server_that_goes_away_and_comes_back_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let world = world_of(Emulator::builder().data_dir(dir.path())).await;
    let addr = world.emulator.addr();
    let mut settings = hasty(settings(&world.emulator));
    settings.retries = 1_000;
    let jitter = Jitter::new(|ceiling| ceiling.min(Duration::from_millis(100)));
    let ingest = Ingest::new(Client::builder(settings).jitter(jitter).build().unwrap());
    for n in 0..30 {
        world.file(&format!("in/{n}.ndjson"), ndjson(1));
    }
    world.fault(FaultRule::new(
        "uploadSmallFile",
        Fault::delay(Duration::from_millis(10)),
    ));
    let dataset = ingest.datasets().find(MEMBERS).await.unwrap();
    let inputs = Inputs::paths([world.dir.path().join("in")]);
    let handle = ingest.upload(dataset, inputs).start();
    let mut progress = handle.progress();
    let some = progress.wait_for(|progress| progress.files_sent >= 5);
    some.await.unwrap();
    let World {
        emulator,
        dir: _files,
        ..
    } = world;
    emulator.stop().await;
    // nobody listens now: connections are refused
    tokio::time::sleep(Duration::from_millis(200)).await;
    let again = Emulator::builder().data_dir(dir.path()).listen(addr);
    let emulator = again.start().await.unwrap();
    let report = handle
        .join()
        .await
        .unwrap_or_else(|error| panic!("{}", error.report()));
    assert_eq!(report.status, ReportStatus::Success);
    let world = World {
        ingest: ingest.clone(),
        emulator,
        dir: tempfile::tempdir().unwrap(),
    };
    assert_eq!(landed(&super::batches(&world).await), (1, 30));
}
