//! Runs that are taken up again when everything is over, or something has changed.

use aep_core::ErrorKind;
use aep_emulator::{Fault, FaultRule};
use aep_ingest::{BatchStatus, JobState, OnFailure};

use super::{batches, landed_once, outcome, resumed, upload};
use crate::support::{ndjson, world};

#[tokio::test]
async fn a_run_that_is_over_is_only_reported() {
    let world = world().await;
    let first = outcome(upload(&world).await).await;
    landed_once(&world, &first, 1).await;
    let before = world.emulator.requests().all().len();
    let second = resumed(&world, first.report.run_id).await;
    landed_once(&world, &second, 1).await;
    let after = world.emulator.requests().all();
    assert!(
        after[before..]
            .iter()
            .all(|seen| seen.path.contains("/catalog/batches")),
        "the test's own list"
    );
    assert_eq!(second.report.batches, first.report.batches);
}

#[tokio::test]
async fn files_that_changed_or_went_are_named_and_nothing_is_sent() {
    let world = world().await;
    world.fault(FaultRule::new("uploadSmallFile", Fault::status(403)));
    let first = outcome(upload(&world).await).await;
    world.emulator.faults().clear();
    let changed = world.file("in/2.ndjson", ndjson(61));
    std::fs::remove_file(world.dir.path().join("in/3.ndjson")).unwrap();
    let before = world.changes().len();
    let second = resumed(&world, first.report.run_id).await;
    let error = second.error.expect("an error");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let told = error.report().to_string();
    assert!(
        told.contains(&changed.display().to_string()) && told.contains("bytes and has"),
        "{told}"
    );
    assert!(
        told.contains("in/3.ndjson") && told.contains("No such file"),
        "{told}"
    );
    assert!(!told.contains("in/1.ndjson"), "{told}");
    assert_eq!(world.changes().len(), before);
    assert_eq!(
        batches(&world).await[0].status,
        BatchStatus::Loading,
        "the batch stays"
    );
    assert_eq!(
        world.jobs().get(first.report.run_id).unwrap().state,
        JobState::Interrupted
    );
}

#[tokio::test]
async fn a_run_whose_batch_was_given_up_says_so() {
    let world = world().await;
    world.fault(FaultRule::new("uploadLargeFilePart", Fault::status(403)));
    let first = outcome(upload(&world).await).await;
    world.emulator.faults().clear();
    let id = first.report.batches[0].id.clone();
    world.ingest.batches().abort(&id).await.unwrap();
    let before = world.changes().len();
    let second = resumed(&world, first.report.run_id).await;
    let error = second.error.expect("an error");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let told = error.report().to_string();
    assert!(
        told.contains(id.as_str()) && told.contains("aborted"),
        "{told}"
    );
    assert!(told.contains("hint: run the command again"), "{told}");
    assert_eq!(world.changes().len(), before);
    // what it had sent may be sent by another run
    landed_once(&world, &outcome(upload(&world).await).await, 1).await;
}

#[tokio::test]
async fn a_run_that_aborted_its_batches_is_over() {
    let world = world().await;
    world.fault(FaultRule::new("uploadLargeFilePart", Fault::status(403)));
    let first = outcome(upload(&world).await.on_failure(OnFailure::Abort)).await;
    let run = first.report.run_id;
    let job = world.jobs().get(run).unwrap();
    assert_eq!(job.state, JobState::Aborted);
    assert!(job.error.unwrap().contains("403"));
    let error = resumed(&world, run).await.error.expect("an error");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(
        error.report().to_string().contains("the run is over"),
        "{}",
        error.report()
    );
}
