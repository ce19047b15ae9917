//! Runs that broke at some request, and go on there.

use aep_emulator::{Fault, FaultRule};
use aep_ingest::plan::Limits;
use aep_ingest::{JobState, LargeFiles, OnFailure};

use super::{ROWS, batches, files, landed_once, outcome, resumed, sends, small_parts, upload};
use crate::support::{ndjson, once, world};

#[tokio::test]
async fn a_run_that_broke_anywhere_goes_on_there() {
    for operation in [
        "uploadSmallFile",
        "initializeLargeFile",
        "uploadLargeFilePart",
        "completeLargeFileUpload",
    ] {
        for nth in [1, 2, 7] {
            let world = world().await;
            world.fault(FaultRule::new(operation, Fault::status(403)).nth(nth));
            let first = outcome(upload(&world).await).await;
            let Some(error) = &first.error else {
                // so many calls there are not
                landed_once(&world, &first, 1).await;
                continue;
            };
            assert!(
                error.hint_text().unwrap().contains("aep ingest --resume"),
                "{}",
                error.report()
            );
            let run = first.report.run_id;
            let job = world.jobs().get(run).unwrap();
            assert_eq!(job.state, JobState::Interrupted, "{operation} {nth}");
            let before = sends(&world).len();
            world.emulator.faults().clear();
            let second = resumed(&world, run).await;
            assert_eq!(second.report.run_id, run);
            landed_once(&world, &second, 1).await;
            assert_eq!(batches(&world).await.len(), 1, "{operation} {nth}");
            // one request was refused; no other part or file went twice
            let distinct = all_sends();
            assert!(
                sends(&world).len() <= distinct + 1,
                "{operation} {nth}: {before}"
            );
            assert_eq!(world.jobs().get(run).unwrap().state, JobState::Success);
        }
    }
}

/// Requests with bytes that the files need.
fn all_sends() -> usize {
    [3, 1, 60, 2, 45]
        .into_iter()
        .map(|rows| {
            let bytes = ndjson(rows).len();
            if bytes <= 4_000 {
                1
            } else {
                bytes.div_ceil(1_000)
            }
        })
        .sum()
}

#[tokio::test]
async fn a_part_whose_answer_was_lost_is_known_to_the_server() {
    let world = world().await;
    let ingest = world.with(|settings| settings.retries = 0);
    world.fault(FaultRule::new("uploadLargeFilePart", Fault::ResetAfter).nth(3));
    let first = outcome(
        ingest
            .upload(world.members().await, files(&world))
            .limits(small_parts())
            .large_files(LargeFiles::Chunk)
            .on_failure(OnFailure::Keep)
            .concurrency(1)
            .journal(world.jobs()),
    )
    .await;
    assert!(first.error.is_some());
    let second = resumed(&world, first.report.run_id).await;
    landed_once(&world, &second, 1).await;
    assert_eq!(sends(&world).len(), all_sends(), "nothing was sent again");
}

#[tokio::test]
async fn a_file_of_which_the_server_knows_nothing_usable_is_sent_anew() {
    for rule in [
        // it has forgotten the file, or its parts make no whole
        FaultRule::new("getLargeFileStatus", Fault::status(404)),
        once("completeLargeFileUpload", Fault::status(400)),
    ] {
        let world = world().await;
        world.fault(FaultRule::new("uploadLargeFilePart", Fault::status(403)).nth(3));
        let first = outcome(upload(&world).await).await;
        assert!(first.error.is_some());
        world.emulator.faults().clear();
        world.fault(rule);
        landed_once(&world, &resumed(&world, first.report.run_id).await, 1).await;
    }
}

#[tokio::test]
async fn of_several_batches_each_goes_on_where_it_was() {
    let world = world().await;
    let limits = Limits {
        batch_files: 2,
        ..small_parts()
    };
    // the second of three is not completed
    world.fault(FaultRule::new("completeBatch", Fault::status(403)).nth(2));
    let first = outcome(upload(&world).await.limits(limits)).await;
    assert!(first.error.is_some());
    world.emulator.faults().clear();
    let before = sends(&world).len();
    let second = resumed(&world, first.report.run_id).await;
    assert!(second.error.is_none(), "{}", second.error.unwrap().report());
    let landed: u64 = second
        .report
        .batches
        .iter()
        .filter_map(|batch| batch.records_landed)
        .sum();
    assert_eq!((landed, second.report.batches.len()), (ROWS, 3));
    assert_eq!(sends(&world).len(), before, "nothing was sent again");
    assert_eq!(
        world.calls("completeBatch"),
        4,
        "one refused, three carried out"
    );
    // all of it is in the ledger, by batch
    let again = outcome(upload(&world).await).await.error.expect("an error");
    for batch in &second.report.batches {
        assert!(
            again.report().to_string().contains(batch.id.as_str()),
            "{}",
            again.report()
        );
    }
}

#[tokio::test]
async fn a_batch_whose_creation_was_never_answered_is_found_again() {
    let world = world().await;
    let ingest = world.with(|settings| settings.retries = 0);
    // made, the answer lost, and Catalog does not answer either
    world.fault(once("batch-ingestion.createBatch", Fault::ResetAfter));
    world.fault(once("listBatches", Fault::status(403)));
    let first = outcome(
        ingest
            .upload(world.members().await, files(&world))
            .limits(small_parts())
            .large_files(LargeFiles::Chunk)
            .journal(world.jobs()),
    )
    .await;
    let error = first.error.expect("an error");
    assert!(
        error.report().to_string().contains("external id"),
        "{}",
        error.report()
    );
    let job = world.jobs().get(first.report.run_id).unwrap();
    assert_eq!((job.state, job.batches.len()), (JobState::Interrupted, 1));
    assert_eq!(job.batches[0].id, None);
    let second = resumed(&world, first.report.run_id).await;
    landed_once(&world, &second, 1).await;
    assert_eq!(world.calls("createBatch"), 1);
}

#[tokio::test]
async fn a_completion_whose_fate_is_unknown_is_not_repeated_on_a_batch_that_has_moved_on() {
    let world = world().await;
    let ingest = world.with(|settings| settings.retries = 0);
    world.fault(once("completeBatch", Fault::ResetAfter));
    world.fault(once("retrieveBatch", Fault::status(403)));
    let upload = ingest
        .upload(world.members().await, files(&world))
        .limits(small_parts())
        .large_files(LargeFiles::Chunk)
        .on_failure(OnFailure::Keep)
        .journal(world.jobs());
    let first = outcome(upload).await;
    assert!(first.error.is_some());
    assert_eq!(world.calls("completeBatch"), 1);
    let second = resumed(&world, first.report.run_id).await;
    landed_once(&world, &second, 1).await;
    assert_eq!(world.calls("completeBatch"), 1);
}
