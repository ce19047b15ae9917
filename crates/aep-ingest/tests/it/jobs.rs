//! Runs that are written down: taken up again, never done twice.

use std::path::Path;

use aep_core::{ErrorKind, Settings};
use aep_emulator::{Emulator, Fault, FaultRule, Processing};
use aep_ingest::plan::Limits;
use aep_ingest::{
    BatchFilter, BatchStatus, Ingest, Inputs, JobState, Jobs, LargeFiles, OnFailure, Outcome,
    ReportStatus, Upload,
};
use futures::TryStreamExt;
use uuid::Uuid;

use crate::support::{World, member, ndjson, once, world, world_of};

fn jobs(world: &World) -> Jobs {
    Jobs::new(world.dir.path().join("state"))
}

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
        .journal(jobs(world))
}

async fn outcome(upload: Upload) -> Outcome {
    upload.start().outcome().await.unwrap()
}

async fn resumed(world: &World, run: Uuid) -> Outcome {
    outcome(world.ingest.resume(jobs(world), run).unwrap()).await
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
            let job = jobs(&world).get(run).unwrap();
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
            assert_eq!(jobs(&world).get(run).unwrap().state, JobState::Success);
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
            .journal(jobs(&world)),
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
            .journal(jobs(&world)),
    )
    .await;
    let error = first.error.expect("an error");
    assert!(
        error.report().to_string().contains("external id"),
        "{}",
        error.report()
    );
    let job = jobs(&world).get(first.report.run_id).unwrap();
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
        .journal(jobs(&world));
    let first = outcome(upload).await;
    assert!(first.error.is_some());
    assert_eq!(world.calls("completeBatch"), 1);
    let second = resumed(&world, first.report.run_id).await;
    landed_once(&world, &second, 1).await;
    assert_eq!(world.calls("completeBatch"), 1);
}

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
        jobs(&world).get(first.report.run_id).unwrap().state,
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
    let job = jobs(&world).get(run).unwrap();
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
    assert_eq!(jobs(&world).list().unwrap(), []);
}

#[tokio::test]
async fn the_same_content_is_not_sent_twice() {
    let world = world().await;
    landed_once(&world, &outcome(upload(&world).await).await, 1).await;
    let first = batches(&world).await[0].id.clone();
    let before = world.changes().len();
    // under another name, among others, and one that goes in parts
    let again = world.file("again/other.ndjson", ndjson(45));
    world.file("again/new.ndjson", ndjson(4));
    let inputs = Inputs::paths([again.parent().unwrap().to_owned()]);
    let second = |allow| {
        let (ingest, inputs) = (world.ingest.clone(), inputs.clone());
        let jobs = jobs(&world);
        let world = &world;
        async move {
            let upload = ingest.upload(world.members().await, inputs);
            outcome(upload.journal(jobs).allow_duplicate(allow)).await
        }
    };
    let refused = second(false).await;
    let error = refused.error.expect("an error");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let told = error.report().to_string();
    assert!(
        told.contains("again/other.ndjson was sent on") && told.contains("as 4.ndjson"),
        "{told}"
    );
    assert!(
        told.contains(first.as_str()) && told.contains("(success)"),
        "{told}"
    );
    assert!(
        told.contains("--allow-duplicate") && !told.contains("new.ndjson"),
        "{told}"
    );
    assert_eq!(world.changes().len(), before);
    assert_eq!(jobs(&world).list().unwrap().len(), 1);
    // taken out of the dataset, or meant
    let allowed = second(true).await;
    assert_eq!(allowed.report.status, ReportStatus::Success);
    world
        .ingest
        .batches()
        .revert(&allowed.report.batches[0].id)
        .await
        .unwrap();
    world.ingest.batches().revert(&first).await.unwrap();
    assert_eq!(second(false).await.report.status, ReportStatus::Success);
}

#[tokio::test]
async fn what_is_replaced_is_not_sent_twice() {
    let world = world().await;
    let path = world.file("a.ndjson", ndjson(3));
    let members = world.members().await;
    let upload = || {
        let inputs = Inputs::paths([path.clone()]);
        let upload = world.ingest.upload(members.clone(), inputs);
        upload.journal(jobs(&world))
    };
    let first = outcome(upload()).await;
    let id = first.report.batches[0].id.clone();
    assert!(outcome(upload()).await.error.is_some());
    let second = outcome(upload().replaces(id)).await;
    assert!(second.error.is_none(), "{:?}", second.error);
    assert_eq!(second.report.status, ReportStatus::Success);
}

#[tokio::test]
async fn another_dataset_sandbox_or_organisation_has_its_own_ledger() {
    let world = world().await;
    landed_once(&world, &outcome(upload(&world).await).await, 1).await;
    let prod =
        world.with(|settings: &mut Settings| settings.sandbox = Some("prod".parse().unwrap()));
    let dataset = prod.datasets().find(crate::support::MEMBERS).await.unwrap();
    let report = outcome(prod.upload(dataset, files(&world)).journal(jobs(&world))).await;
    assert!(report.error.is_none(), "{}", report.error.unwrap().report());
}

#[tokio::test]
async fn of_two_runs_at_once_one_lands() {
    let world = world().await;
    let path = world.file("a.ndjson", ndjson(3));
    let run = |ingest: Ingest| {
        let (jobs, path) = (jobs(&world), path.clone());
        let world = &world;
        async move {
            let upload = ingest.upload(world.members().await, Inputs::paths([path]));
            outcome(upload.journal(jobs)).await
        }
    };
    let outcomes = [tokio::join!(
        run(world.ingest.clone()),
        run(world.ingest.clone())
    )];
    let [(one, two)] = outcomes;
    let landed = [&one, &two]
        .into_iter()
        .filter(|outcome| outcome.report.status == ReportStatus::Success)
        .count();
    let errors: Vec<String> = [one, two]
        .into_iter()
        .filter_map(|outcome| outcome.error)
        .map(|error| error.report().to_string())
        .collect();
    assert_eq!((landed, errors.len()), (1, 1), "{errors:?}");
    assert!(errors[0].contains("a.ndjson was sent on"), "{errors:?}");
    let statuses: Vec<_> = batches(&world)
        .await
        .into_iter()
        .map(|batch| batch.status)
        .collect();
    assert_eq!(
        statuses
            .iter()
            .filter(|status| **status == BatchStatus::Success)
            .count(),
        1,
        "{statuses:?}"
    );
}

#[tokio::test]
async fn twins_in_one_run_are_told() {
    let world = world().await;
    world.file("in/a.ndjson", ndjson(3));
    world.file("in/b.ndjson", ndjson(3));
    let inputs = Inputs::paths([world.dir.path().join("in")]);
    let report = outcome(
        world
            .ingest
            .upload(world.members().await, inputs)
            .journal(jobs(&world)),
    )
    .await
    .report;
    assert_eq!(report.status, ReportStatus::Success);
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.contains("b.ndjson has the same content as a.ndjson")),
        "{:?}",
        report.notes
    );
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
        .journal(jobs(&world));
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
        .journal(jobs(&world))
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
