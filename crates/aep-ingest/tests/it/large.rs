//! Files over the size of a single request.

use aep_emulator::{Fault, FaultRule};
use aep_ingest::plan::Limits;
use aep_ingest::{Inputs, LargeFiles, ReportStatus, Upload};

use crate::support::{World, ndjson, once, world};

fn small_parts() -> Limits {
    Limits {
        single_put_bytes: 4_000,
        chunk_bytes: 1_000,
        ..Limits::default()
    }
}

async fn upload(world: &World) -> Upload {
    let path = world.file("in/large.ndjson", ndjson(200));
    world.file("in/small.ndjson", ndjson(2));
    world
        .ingest
        .upload(
            world.members().await,
            Inputs::paths([path.parent().unwrap().to_owned()]),
        )
        .limits(small_parts())
        .large_files(LargeFiles::Chunk)
}

#[tokio::test]
async fn a_large_file_goes_in_chunks() {
    let world = world().await;
    let upload = upload(&world).await;
    let parts = upload.plan().unwrap().batches[0].files[0]
        .parts(&small_parts())
        .count();
    assert!(parts > 10);
    let report = upload.start().join().await.unwrap();
    assert_eq!(report.status, ReportStatus::Success, "{report:?}");
    assert_eq!(
        (report.batches[0].files, report.batches[0].records_landed),
        (2, Some(202))
    );
    let changes = world.changes();
    assert_eq!(
        changes
            .iter()
            .filter(|path| path.starts_with("PATCH"))
            .count() as u64,
        parts
    );
    assert_eq!(
        changes
            .iter()
            .filter(|path| path.starts_with("PUT"))
            .count(),
        1
    );
}

#[tokio::test]
async fn chunks_survive_trouble() {
    for fault in [Fault::status(503), Fault::ResetBefore, Fault::ResetAfter] {
        let world = world().await;
        world.fault(FaultRule::new("uploadLargeFilePart", fault.clone()).nth(3));
        world.fault(once("initializeLargeFile", fault.clone()));
        world.fault(once("completeLargeFileUpload", fault));
        let report = upload(&world).await.start().join().await.unwrap();
        assert_eq!(
            (report.status, report.batches[0].records_landed),
            (ReportStatus::Success, Some(202))
        );
    }
}

#[tokio::test]
async fn the_other_form_of_a_range_is_tried_once() {
    let world = world().await;
    world.fault(once("uploadLargeFilePart", Fault::status(400)));
    let report = upload(&world).await.start().join().await.unwrap();
    assert_eq!(report.status, ReportStatus::Success);
}

#[tokio::test]
async fn a_chunk_that_is_refused_fails_the_upload() {
    let world = world().await;
    world.fault(FaultRule::new("uploadLargeFilePart", Fault::status(400)).nth(5));
    let error = upload(&world).await.start().join().await.unwrap_err();
    assert_eq!(error.status(), Some(400));
}
