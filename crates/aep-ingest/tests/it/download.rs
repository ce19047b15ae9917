//! Files come back as they are stored.

use aep_core::ErrorKind;
use aep_emulator::{Fault, FaultRule};
use aep_ingest::{DownloadOptions, How, Inputs, Position, Report};
use futures::TryStreamExt;

use crate::lake::{BATCH, Lake};
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

/// A lake with one file of this many bytes, and the directory for the downloads.
async fn lake_of(bytes: usize) -> (Lake, Vec<u8>, tempfile::TempDir) {
    let content: Vec<u8> = (0..bytes)
        .map(|at| u8::try_from(at * 7 % 251).unwrap())
        .collect();
    let lake = Lake::start(&[("a.parquet", &content)]).await;
    (lake, content, tempfile::tempdir().unwrap())
}

fn small_ranges() -> DownloadOptions {
    DownloadOptions {
        range_bytes: 1_000_000,
        concurrency: 2,
        ..DownloadOptions::default()
    }
}

fn batch() -> aep_core::BatchId {
    aep_core::BatchId::new(BATCH).unwrap()
}

#[tokio::test]
async fn what_was_interrupted_goes_on_with_ranges() {
    let (lake, content, dir) = lake_of(5_300_000).await;
    lake.state.lock().unwrap().answers = Some(3);
    let batches = lake.ingest.batches();
    let error = batches
        .download(&batch(), dir.path(), small_ranges())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(dir.path().join("a.parquet.part").exists());
    assert!(!dir.path().join("a.parquet").exists());
    lake.ranges();
    lake.state.lock().unwrap().answers = None;
    let report = batches
        .download(&batch(), dir.path(), small_ranges())
        .await
        .unwrap();
    assert_eq!(report.files[0].how, How::Continued);
    assert_eq!(report.bytes, 5_300_000);
    let asked = lake.ranges();
    assert_eq!(asked.len(), 3, "only what was missing: {asked:?}");
    assert!(asked.iter().all(Option::is_some));
    assert!(std::fs::read(dir.path().join("a.parquet")).unwrap() == content);
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[tokio::test]
async fn bytes_that_are_not_what_was_written_are_fetched_again() {
    let (lake, content, dir) = lake_of(4_500_000).await;
    lake.state.lock().unwrap().answers = Some(3);
    let batches = lake.ingest.batches();
    let options = DownloadOptions {
        concurrency: 1,
        ..small_ranges()
    };
    batches
        .download(&batch(), dir.path(), options.clone())
        .await
        .unwrap_err();
    let part = dir.path().join("a.parquet.part");
    let mut bytes = std::fs::read(&part).unwrap();
    bytes[1_500_000] ^= 1;
    std::fs::write(&part, bytes).unwrap();
    lake.ranges();
    lake.state.lock().unwrap().answers = None;
    batches
        .download(&batch(), dir.path(), options)
        .await
        .unwrap();
    let asked: Vec<String> = lake.ranges().into_iter().flatten().collect();
    assert_eq!(
        asked,
        [
            "bytes=1000000-1999999",
            "bytes=3000000-3999999",
            "bytes=4000000-4499999"
        ]
    );
    assert!(std::fs::read(dir.path().join("a.parquet")).unwrap() == content);
}

#[tokio::test]
async fn a_file_that_was_replaced_is_begun_anew() {
    let (lake, _, dir) = lake_of(3_000_000).await;
    let batches = lake.ingest.batches();
    {
        let mut state = lake.state.lock().unwrap();
        state.etag = Some("\"one\"".to_owned());
        state.answers = Some(1);
    }
    let options = DownloadOptions {
        concurrency: 1,
        ..small_ranges()
    };
    batches
        .download(&batch(), dir.path(), options.clone())
        .await
        .unwrap_err();
    let other = vec![9; 3_000_000];
    {
        let mut state = lake.state.lock().unwrap();
        state.etag = Some("\"two\"".to_owned());
        state.files[0].1.clone_from(&other);
        state.answers = None;
    }
    let report = batches
        .download(&batch(), dir.path(), options)
        .await
        .unwrap();
    assert_eq!(report.files[0].how, How::Fetched);
    assert!(std::fs::read(dir.path().join("a.parquet")).unwrap() == other);
}

#[tokio::test]
async fn a_file_that_changes_on_the_way_is_no_success() {
    let (lake, _, dir) = lake_of(3_000_000).await;
    let state = std::sync::Arc::clone(&lake.state);
    state.lock().unwrap().etag = Some("\"one\"".to_owned());
    let options = DownloadOptions {
        concurrency: 1,
        on_bytes: Some(std::sync::Arc::new(move |_| {
            state.lock().unwrap().etag = Some("\"two\"".to_owned());
        })),
        ..small_ranges()
    };
    let error = lake
        .ingest
        .batches()
        .download(&batch(), dir.path(), options)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(!dir.path().join("a.parquet").exists());
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_gone_on_with() {
    let (lake, content, dir) = lake_of(3_000_000).await;
    lake.state.lock().unwrap().breaks_after = Some(400_000);
    let report = lake
        .ingest
        .batches()
        .download(&batch(), dir.path(), small_ranges())
        .await
        .unwrap();
    assert!(std::fs::read(&report.files[0].path).unwrap() == content);
    let asked = lake.ranges();
    assert!(asked.len() > 6, "{asked:?}");
}

#[tokio::test]
async fn names_stay_in_the_directory_and_apart() {
    let lake = Lake::start(&[
        ("../../outside", b"1"),
        ("/etc/passwd", b"2"),
        ("day=1/x.parquet", b"3"),
        ("DAY=1/X.parquet", b"4"),
        ("day=1", b"5"),
        ("con.parquet", b"6"),
        ("_SUCCESS", b""),
        ("empty.parquet", b""),
        ("C:\\x\u{0}y", b"7"),
    ])
    .await;
    lake.state.lock().unwrap().bare = true;
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("to");
    let options = DownloadOptions {
        checksums: true,
        ..DownloadOptions::default()
    };
    let report = lake
        .ingest
        .batches()
        .download(&batch(), &to, options)
        .await
        .unwrap();
    let paths: Vec<&std::path::Path> = report
        .files
        .iter()
        .map(|file| file.path.strip_prefix(&to).unwrap())
        .collect();
    let expected = [
        "__/__/outside",
        "etc/passwd",
        "day=1/x.parquet",
        "DAY=1/X-2.parquet",
        "day=1-2",
        "_con.parquet",
        "empty.parquet",
        "C__x_y",
    ];
    assert_eq!(paths, expected.map(std::path::Path::new));
    let contents: Vec<Vec<u8>> = report
        .files
        .iter()
        .map(|file| std::fs::read(&file.path).unwrap())
        .collect();
    assert_eq!(
        contents,
        ["1", "2", "3", "4", "5", "6", "", "7"].map(Vec::from)
    );
    assert_eq!(
        report.files[0].sha256.as_deref(),
        Some("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b")
    );
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn an_unfinished_download_is_not_mixed_with_another_one() {
    let (lake, _, dir) = lake_of(3_000_000).await;
    lake.state.lock().unwrap().answers = Some(1);
    let batches = lake.ingest.batches();
    batches
        .download(&batch(), dir.path(), small_ranges())
        .await
        .unwrap_err();
    let world = world().await;
    let report = landed(&world, world.file("a.ndjson", ndjson(2))).await;
    let other = world
        .ingest
        .batches()
        .download(&report.batches[0].id, dir.path(), small_ranges())
        .await
        .unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Conflict);
    assert!(
        other.report().to_string().contains("batch b1"),
        "{}",
        other.report()
    );
}

#[tokio::test]
async fn new_batches_come_once_and_the_position_follows_the_disk() {
    let world = world().await;
    let dataset = world.members().await;
    let datasets = world.ingest.datasets();
    let to = world.dir.path().join("out");
    for rows in 1..=3 {
        landed(&world, world.file(&format!("f{rows}.ndjson"), ndjson(rows))).await;
    }
    // the second file that is asked for is not given
    let rule = FaultRule::new("retrieveDatasetFile", Fault::status(404)).nth(4);
    world.fault(rule);
    let one_at_a_time = DownloadOptions {
        concurrency: 1,
        ..DownloadOptions::default()
    };
    let mut kept = Position::beginning();
    let mut reader = datasets.read_since(&dataset.id, kept.clone());
    let failed = datasets
        .download_new(&mut reader, &to, one_at_a_time.clone(), |position| {
            kept = position.clone();
            Ok(())
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::NotFound);
    world.emulator.faults().clear();
    let mut reader = datasets.read_since(&dataset.id, kept.clone());
    let mut told = 0;
    let report = datasets
        .download_new(&mut reader, &to, one_at_a_time.clone(), |position| {
            kept = position.clone();
            told += 1;
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(report.files.len(), 2, "{report:?}");
    assert!(told >= 2);
    let mut reader = datasets.read_since(&dataset.id, kept);
    let report = datasets
        .download_new(&mut reader, &to, one_at_a_time, |_| Ok(()))
        .await
        .unwrap();
    assert!(report.files.is_empty());
    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 3);
}

#[tokio::test]
async fn a_batch_that_is_undone_on_the_way_leaves_nothing() {
    let lake = Lake::start(&[("x/a", b"1"), ("x/b", b"2"), ("c", b"3")]).await;
    lake.state.lock().unwrap().undone = true;
    let dir = tempfile::tempdir().unwrap();
    let datasets = lake.ingest.datasets();
    let dataset = aep_core::DatasetId::new("d1").unwrap();
    let mut reader = datasets.read_since(&dataset, Position::beginning());
    let options = DownloadOptions {
        concurrency: 1,
        ..DownloadOptions::default()
    };
    let report = datasets
        .download_new(&mut reader, dir.path(), options, |_| Ok(()))
        .await
        .unwrap();
    assert_eq!(report.undone, [batch()]);
    assert!(report.files.is_empty());
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_snapshot_is_the_last_batch() {
    let world = world().await;
    let dataset = world.members().await;
    let datasets = world.ingest.datasets();
    let to = world.dir.path().join("out");
    let options = DownloadOptions::default;
    let (none, _) = datasets
        .download_snapshot(&dataset.id, &to, options())
        .await
        .unwrap();
    assert_eq!(none, None);
    landed(&world, world.file("a.ndjson", ndjson(1))).await;
    let last = landed(&world, world.file("b.ndjson", ndjson(2))).await;
    let (found, report) = datasets
        .download_snapshot(&dataset.id, &to, options())
        .await
        .unwrap();
    assert_eq!(found.as_ref(), Some(&last.batches[0].id));
    assert_eq!(report.files.len(), 1);
}
