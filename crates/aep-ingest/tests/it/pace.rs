//! No more batches than the platform takes, or than a person wants.

use std::sync::{Arc, Mutex};

use aep_core::ErrorKind;
use aep_ingest::plan::Limits;
use aep_ingest::upload::{Event, Period};
use aep_ingest::{Inputs, ReportStatus, Upload};

use crate::support::{World, member, world};

/// Two batches, one an hour.
async fn upload(world: &World, folder: &str, from: u32) -> Upload {
    for n in from..from + 2 {
        world.file(&format!("{folder}/{n}.ndjson"), member(n));
    }
    let limits = Limits {
        batch_files: 1,
        ..Limits::default()
    };
    world
        .ingest
        .upload(
            world.members().await,
            Inputs::paths([world.dir.path().join(folder)]),
        )
        .limits(limits)
        .pace(1, Period::Hour)
        .journal(world.jobs())
}

#[tokio::test]
async fn a_run_waits_for_its_turn_and_says_so() {
    let world = world().await;
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let log = Arc::clone(&events);
    let waiting = |handle: &aep_ingest::UploadHandle| {
        let mut progress = handle.progress();
        async move {
            let waits = |note: &String| note.contains("--pace N/hour");
            progress
                .wait_for(|now| now.notes.iter().any(waits))
                .await
                .map(|now| now.batches.len())
                .unwrap()
        }
    };
    let upload_a = upload(&world, "a", 1).await;
    let handle = upload_a
        .on_event(move |event| log.lock().unwrap().push(event.clone()))
        .start();
    assert_eq!(waiting(&handle).await, 1, "the second batch waits");
    handle.detach();
    let first = handle.outcome().await.unwrap();
    assert_eq!(first.report.status, ReportStatus::Interrupted);
    let waits: Vec<_> = events
        .lock()
        .unwrap()
        .iter()
        .filter_map(|event| match event {
            Event::Wait {
                seconds,
                most,
                period,
            } => Some((*seconds > 3_500, *most, *period)),
            _ => None,
        })
        .collect();
    assert_eq!(waits, [(true, 1, Period::Hour)]);

    // another run of this machine knows of it, another sandbox has its own
    let handle = upload(&world, "b", 11).await.start();
    assert_eq!(waiting(&handle).await, 0);
    handle.cancel();
    let error = handle.outcome().await.unwrap().error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Cancelled);

    let again = world
        .ingest
        .resume(world.jobs(), first.report.run_id)
        .unwrap();
    let second = again.pace(60, Period::Hour).start().join().await.unwrap();
    assert_eq!(
        (second.status, second.batches.len()),
        (ReportStatus::Success, 2)
    );
}
