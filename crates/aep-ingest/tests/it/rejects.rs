//! Rows set aside, and the others sent.

use std::path::Path;

use aep_core::ErrorKind;
use aep_ingest::{Inputs, ReportStatus};
use serde_json::Value;

use crate::support::{bad, member, sample, world};

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn lines(path: &Path) -> Vec<Value> {
    read(path)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn bad_lines_are_set_aside_and_the_others_land() {
    let world = world().await;
    let rows = [
        member(1),
        bad(2),
        member(3),
        "{broken".to_owned(),
        member(5),
        bad(6),
    ];
    let file = world.file("members.ndjson", rows.join("\n"));
    let rejects = world.dir.path().join("bad.ndjson");
    let report = world
        .upload([&file])
        .await
        .rejects(&rejects)
        .start()
        .join()
        .await
        .unwrap();
    assert_eq!(report.status, ReportStatus::Partial);
    assert_eq!(report.batches[0].records_landed, Some(3));
    assert_eq!(world.rows().await.len(), 3);
    let rejected = report.rejected.unwrap();
    assert_eq!(rejected.rows, 3);
    assert_eq!(
        read(&rejects),
        format!("{}\n{{broken\n{}\n", bad(2), bad(6))
    );
    let reasons = lines(rejected.reasons.as_deref().unwrap());
    assert_eq!(reasons.len(), 3);
    assert_eq!(reasons[0]["rejectsRow"], 1);
    assert_eq!(reasons[0]["line"], 2);
    assert_eq!(reasons[0]["path"], "_local.tier");
    assert_eq!(reasons[0]["rule"], "enum");
    assert_eq!(reasons[1]["rule"], "syntax");
    assert_eq!(
        (&reasons[2]["rejectsRow"], &reasons[2]["line"]),
        (&3.into(), &6.into())
    );
    assert_eq!(reasons[2]["file"], file.display().to_string());

    // Mended, they go in as well.
    let mended = read(&rejects)
        .replace("wood", "gold")
        .replace("{broken\n", "");
    std::fs::write(&rejects, mended).unwrap();
    let report = world.upload([&rejects]).await.start().join().await.unwrap();
    assert_eq!(report.status, ReportStatus::Success);
    assert_eq!(world.rows().await.len(), 5);
}

#[tokio::test]
async fn elements_records_and_groups_lose_their_bad_rows() {
    let world = world().await;
    let array = format!("[{},\n {},\n{} , {}]", bad(1), member(2), member(3), bad(4));
    let array = array.replace("\"wood\"", "\n\"wood\"");
    world.file("in/a.json", array);
    world.file("in/b.csv", "_id,_local.memberId,_local.points\r\n1,M00000001,5\r\n2,\"M\n2\",6\r\n3,M00000003,x\r\n4,M00000004,\r\n");
    let rejects = world.dir.path().join("bad.ndjson");
    let upload = |inputs| async {
        let upload = world.ingest.upload(world.members().await, inputs);
        upload.rejects(&rejects).start().join().await.unwrap()
    };
    let report = upload(Inputs::paths([world.dir.path().join("in")])).await;
    let rejected = report.rejected.unwrap();
    assert_eq!((rejected.rows, rejected.files.len()), (4, 2));
    let rows = read(&rejected.files[0].path);
    assert_eq!(rows.lines().count(), 2);
    assert!(rows.lines().all(|row| row.contains("wood")), "{rows}");
    assert_eq!(
        read(&world.dir.path().join("bad-2.csv")),
        "_id,_local.memberId,_local.points\r\n2,\"M\n2\",6\n3,M00000003,x\n"
    );
    let landed: Vec<_> = report
        .batches
        .iter()
        .map(|batch| batch.records_landed)
        .collect();
    assert_eq!(landed, [Some(2), Some(2)]);
}

#[tokio::test]
async fn parquet_is_written_without_its_bad_rows() {
    let world = world().await;
    // The sample's rows with other schema rules: every row of it is good, so break some by the dataset's pattern.
    let file = sample("loyalty-members.parquet");
    let rejects = world.dir.path().join("bad.ndjson");
    let report = world
        .upload([&file])
        .await
        .rejects(&rejects)
        .start()
        .join()
        .await
        .unwrap();
    assert_eq!(
        (report.status, report.rejected),
        (ReportStatus::Success, None)
    );
    assert!(!rejects.exists());
}

#[tokio::test]
async fn nothing_is_sent_when_no_row_is_left() {
    let world = world().await;
    let file = world.file("members.ndjson", bad(1) + "\n" + &bad(2));
    let rejects = world.dir.path().join("bad.ndjson");
    let upload = || async {
        let upload = world.upload([&file]).await;
        upload.rejects(&rejects).start().join().await.unwrap_err()
    };
    let error = upload().await;
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(read(&rejects).lines().count(), 2);
    assert_eq!(world.changes(), Vec::<String>::new());
    // What was not looked at yet is not written over.
    assert_eq!(upload().await.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_file_that_is_wrong_as_a_whole_is_named_and_not_copied() {
    let world = world().await;
    world.file("in/a.ndjson", member(1));
    world.file("in/b.csv", "_id,surprise\n1,2\n");
    let rejects = world.dir.path().join("bad.ndjson");
    let report = world
        .upload([world.dir.path().join("in")])
        .await
        .rejects(&rejects)
        .start()
        .join()
        .await
        .unwrap();
    let rejected = report.rejected.unwrap();
    assert_eq!(
        (rejected.rows, rejected.whole.len(), rejected.files.len()),
        (1, 1, 0)
    );
    assert!(rejected.whole[0].file.ends_with("b.csv"), "{rejected:?}");
    assert!(!rejects.exists());
    assert_eq!(world.rows().await.len(), 1);
}

#[tokio::test]
async fn bad_rows_everywhere_are_copied_instead_of_remembered() {
    let world = world().await;
    let rows: Vec<String> = (1..=3000)
        .map(|n| if n % 2 == 0 { bad(n) } else { member(n) })
        .collect();
    let file = world.file("members.ndjson", rows.join("\n"));
    let rejects = world.dir.path().join("bad.ndjson");
    let report = world
        .upload([&file])
        .await
        .rejects(&rejects)
        .start()
        .join()
        .await
        .unwrap();
    assert_eq!(report.batches[0].records_landed, Some(1500));
    assert_eq!(read(&rejects).lines().count(), 1500);
}
