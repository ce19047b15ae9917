//! Files come back as they are stored.

use aep_core::ErrorKind;
use aep_emulator::{Fault, FaultRule};
use aep_ingest::{DownloadOptions, Inputs, Report};
use futures::TryStreamExt;

use crate::support::{World, ndjson, sample, world};

async fn landed(world: &World, path: std::path::PathBuf) -> Report {
    world
        .ingest
        .upload(world.members().await, Inputs::paths([path]))
        .start()
        .join()
        .await
        .unwrap()
}

fn options() -> DownloadOptions {
    DownloadOptions {
        range_bytes: 4_096,
        ..DownloadOptions::default()
    }
}

#[tokio::test]
async fn ranges_and_a_whole_answer_give_the_same_bytes() {
    let world = world().await;
    let report = landed(&world, sample("loyalty-members.parquet")).await;
    let id = &report.batches[0].id;
    let batches = world.ingest.batches();
    let files: Vec<_> = batches.files(id).try_collect().await.unwrap();
    assert_eq!(files.len(), 1);
    let (whole, parts) = (
        world.dir.path().join("whole"),
        world.dir.path().join("parts"),
    );
    let one = batches
        .download(id, &whole, DownloadOptions::default())
        .await
        .unwrap();
    world.emulator.requests().clear();
    let many = batches.download(id, &parts, options()).await.unwrap();
    assert_eq!(
        (one.bytes, many.bytes),
        (files[0].length.unwrap(), files[0].length.unwrap())
    );
    let gets = world
        .emulator
        .requests()
        .all()
        .iter()
        .filter(|seen| seen.status == Some(206))
        .count();
    assert!(gets > 2, "{gets} ranges");
    let (left, right) = (
        std::fs::read(&one.files[0].path).unwrap(),
        std::fs::read(&many.files[0].path).unwrap(),
    );
    assert!(left == right && left.starts_with(b"PAR1") && left.ends_with(b"PAR1"));
    let leftovers = std::fs::read_dir(&parts).unwrap().count();
    assert_eq!(leftovers, 1, "no temporary file stays");
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let world = world().await;
    let report = landed(&world, sample("loyalty-members.parquet")).await;
    let id = &report.batches[0].id;
    let batches = world.ingest.batches();
    let first = batches
        .download(id, &world.dir.path().join("a"), DownloadOptions::default())
        .await
        .unwrap();
    let operation = world
        .emulator
        .requests()
        .all()
        .iter()
        .rev()
        .find(|seen| seen.path.contains("path="))
        .and_then(|seen| seen.operation)
        .expect("the download");
    world.fault(FaultRule::new(operation, Fault::HalfResponse).nth(2));
    world.fault(FaultRule::new(operation, Fault::status(503)).nth(4));
    let second = batches
        .download(id, &world.dir.path().join("b"), options())
        .await
        .unwrap();
    let (left, right) = (
        std::fs::read(&first.files[0].path).unwrap(),
        std::fs::read(&second.files[0].path).unwrap(),
    );
    assert!(left == right);
}

#[tokio::test]
async fn files_that_are_there_are_not_replaced_by_accident() {
    let world = world().await;
    let report = landed(&world, world.file("a.ndjson", ndjson(2))).await;
    let id = &report.batches[0].id;
    let batches = world.ingest.batches();
    let to = world.dir.path().join("out");
    batches
        .download(id, &to, DownloadOptions::default())
        .await
        .unwrap();
    let error = batches
        .download(id, &to, DownloadOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let again = DownloadOptions {
        overwrite: true,
        ..DownloadOptions::default()
    };
    assert_eq!(
        batches.download(id, &to, again).await.unwrap().files.len(),
        1
    );
}

#[tokio::test]
async fn a_dataset_has_the_files_of_its_live_batches() {
    let world = world().await;
    let kept = landed(&world, world.file("a.ndjson", ndjson(2))).await;
    let undone = landed(&world, world.file("b.ndjson", ndjson(3))).await;
    world
        .ingest
        .batches()
        .revert(&undone.batches[0].id)
        .await
        .unwrap();
    let dataset = world.members().await;
    let datasets = world.ingest.datasets();
    let files: Vec<_> = datasets.files(&dataset.id).try_collect().await.unwrap();
    assert!(
        files
            .iter()
            .all(|file| file.batch.as_ref() == Some(&kept.batches[0].id)),
        "{files:?}"
    );
    let to = world.dir.path().join("out");
    let report = datasets
        .download(&dataset.id, &to, DownloadOptions::default())
        .await
        .unwrap();
    assert_eq!(report.files.len(), files.len());
    assert!(
        report.files[0]
            .path
            .starts_with(to.join(kept.batches[0].id.as_str()))
    );
}
