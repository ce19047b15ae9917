//! Large files in pieces, small files packed: the rows that land are the same.

use aep_emulator::{Fault, FaultRule};
use aep_ingest::plan::Limits;
use aep_ingest::{Inputs, Jobs, LargeFiles, OnFailure, ReportStatus};

use crate::support::{member, ndjson, sample, world};

fn limits(bytes: u64) -> Limits {
    Limits {
        single_put_bytes: bytes,
        pack_bytes: bytes,
        chunk_bytes: 10_000,
        ..Limits::default()
    }
}

#[tokio::test]
async fn every_format_is_split_into_ordinary_puts() {
    // the Parquet sample has one row group, which is written anew; the others are cut where rows end
    for (name, how, bytes) in [
        ("loyalty-members.ndjson", LargeFiles::Auto, 60_000),
        ("loyalty-members.json", LargeFiles::Auto, 60_000),
        ("loyalty-members.csv", LargeFiles::Auto, 20_000),
        ("loyalty-members.parquet", LargeFiles::Split, 30_000),
    ] {
        let world = world().await;
        let inputs = Inputs::paths([sample(name)]);
        let upload = world
            .ingest
            .upload(world.members().await, inputs)
            .limits(limits(bytes))
            .large_files(how);
        let report = upload.start().join().await.unwrap();
        assert_eq!(report.status, ReportStatus::Success, "{name}: {report:?}");
        let batch = &report.batches[0];
        assert_eq!(batch.records_landed, Some(300), "{name}");
        assert_eq!(report.input_files, 1);
        assert!(batch.files >= 2, "{name}: {batch:?}");
        assert!(
            report.notes.iter().any(|note| note.contains("cut between")),
            "{:?}",
            report.notes
        );
        let changes = world.changes();
        assert!(!changes.iter().any(|change| change.starts_with("PATCH")));
        let stem = name.rsplit_once('.').unwrap().0;
        assert!(
            changes
                .iter()
                .any(|change| change.contains(&format!("{stem}-0002."))),
            "{changes:?}"
        );
    }
}

#[tokio::test]
async fn what_can_not_be_split_goes_in_chunks_and_says_why() {
    let world = world().await;
    let path = world.file("one.json", member(1).replace(',', ",\n"));
    let dataset = world.members().await;
    let upload = world
        .ingest
        .upload(dataset, Inputs::paths([&path]))
        .limits(limits(50));
    let report = upload.clone().start().join().await.unwrap();
    assert_eq!(report.batches[0].records_landed, Some(1));
    assert!(report.notes[0].contains("one object"), "{:?}", report.notes);
    let error = upload
        .large_files(LargeFiles::Split)
        .start()
        .join()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), aep_core::ErrorKind::Limit);
    let text = error.report().to_string();
    assert!(text.contains("--large-files chunk"), "{text}");
}

#[tokio::test]
async fn many_small_files_are_packed_by_directory() {
    let world = world().await;
    for number in 0..60 {
        let name = format!("in/day={}/{number:02}.ndjson", number % 3);
        world.file(&name, member(number));
    }
    let upload = world
        .ingest
        .upload(
            world.members().await,
            Inputs::paths([world.dir.path().join("in")]),
        )
        .limits(limits(100_000))
        .pack(true);
    let report = upload.start().join().await.unwrap();
    assert_eq!(report.status, ReportStatus::Success);
    assert_eq!(report.input_files, 60);
    assert_eq!(report.batches[0].files, 3);
    assert_eq!(report.batches[0].records_landed, Some(60));
    assert_eq!(report.notes, ["60 of 60 files are sent packed into 3"]);
    assert!(
        world
            .changes()
            .iter()
            .any(|change| change.contains("/day=2/packed-0001.ndjson"))
    );
}

#[tokio::test]
async fn pieces_and_packs_survive_trouble_and_resuming() {
    let world = world().await;
    world.file("in/large.ndjson", ndjson(200));
    for number in 0..20 {
        world.file(
            &format!("in/small/{number:02}.ndjson"),
            member(1000 + number),
        );
    }
    let jobs = Jobs::new(world.dir.path().join("state"));
    let upload = world
        .ingest
        .upload(
            world.members().await,
            Inputs::paths([world.dir.path().join("in")]),
        )
        .limits(limits(5_000))
        .large_files(LargeFiles::Split)
        .pack(true)
        .on_failure(OnFailure::Keep)
        .concurrency(1)
        .journal(jobs.clone());
    world.fault(FaultRule::new("uploadSmallFile", Fault::status(503)).nth(2));
    world.fault(FaultRule::new("uploadSmallFile", Fault::status(400)).nth(4));
    let outcome = upload.start().outcome().await.unwrap();
    assert!(outcome.error.is_some());
    let resumed = world.ingest.resume(jobs, outcome.report.run_id).unwrap();
    let report = resumed.start().join().await.unwrap();
    assert_eq!(report.status, ReportStatus::Success, "{report:?}");
    assert_eq!(report.batches[0].records_landed, Some(220));
}
