//! Runs that are taken up again ask what the server has of a large file.

use aep_core::Error;
use aep_emulator::{Fault, FaultRule};
use aep_ingest::plan::Limits;
use aep_ingest::{Ingest, Inputs, LargeFiles, OnFailure, ReportStatus};
use uuid::Uuid;

use super::{HANG, batches, client, kinds, landed};
use crate::support::{World, ndjson, world};

const ROWS: u64 = 40;

/// A run of which some parts of a large file are on the server.
async fn interrupted(world: &World) -> Uuid {
    let file = world.file("large.ndjson", ndjson(40));
    world.fault(FaultRule::new("uploadLargeFilePart", Fault::status(403)).nth(3));
    let upload = world
        .ingest
        .upload(world.members().await, Inputs::paths([file]))
        .limits(Limits {
            single_put_bytes: 1_500,
            chunk_bytes: 1_500,
            ..Limits::default()
        })
        .large_files(LargeFiles::Chunk)
        .on_failure(OnFailure::Keep)
        .concurrency(1)
        .allow_duplicate(true)
        .journal(world.jobs());
    let outcome = upload.start().outcome().await.unwrap();
    world.emulator.faults().clear();
    assert_eq!(outcome.report.status, ReportStatus::Interrupted);
    outcome.report.run_id
}

async fn resumed(ingest: Ingest, world: &World, run: Uuid) -> Result<ReportStatus, Error> {
    let upload = ingest.resume(world.jobs(), run)?;
    let handle = upload.start();
    let report = tokio::time::timeout(HANG, handle.join()).await;
    Ok(report.expect("it hangs")?.status)
}

#[tokio::test]
async fn a_resumed_run_survives_every_fault_on_the_question_what_is_there() {
    let world = world().await;
    let mut times = 0;
    for (fault, _) in kinds() {
        let run = interrupted(&world).await;
        let before = world.calls("getLargeFileStatus");
        let about = format!("{fault:?}");
        world.fault(FaultRule::new("getLargeFileStatus", fault).first(1));
        let status = resumed(client(&world), &world, run).await;
        let hits = world.emulator.faults().list()[0].hits;
        world.emulator.faults().clear();
        let status = status.unwrap_or_else(|error| panic!("{about}: {}", error.report()));
        assert_eq!((hits, status), (1, ReportStatus::Success), "{about}");
        assert!(world.calls("getLargeFileStatus") > before, "{about}");
        times += 1;
        let all = batches(&world).await;
        assert_eq!(landed(&all), (times, times as u64 * ROWS), "{about}");
        assert_eq!(all.len(), times, "{about}");
    }
}
