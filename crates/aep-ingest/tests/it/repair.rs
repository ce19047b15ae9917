//! Batches that failed in part, explained and repaired; batches that take the place of others.

use aep_core::{BatchId, ErrorKind};
use aep_ingest::batches::Mended;
use aep_ingest::plan::Limits;
use aep_ingest::{DownloadOptions, Inputs, ReportStatus, Validate};

use crate::support::{World, bad, member, world};

/// A batch of which rows 2 and 5 failed on the platform.
async fn partly(world: &World) -> (BatchId, std::path::PathBuf) {
    let rows = [member(1), bad(2), member(3), member(4), bad(5)];
    let file = world.file("members.ndjson", rows.join("\n"));
    let report = world
        .upload([&file])
        .await
        .validate(Validate::Warn)
        .partial(50.0)
        .start()
        .join()
        .await
        .unwrap();
    assert_eq!(report.status, ReportStatus::Partial);
    (report.batches[0].id.clone(), file)
}

#[tokio::test]
async fn rows_of_a_failure_are_found_in_the_input() {
    let world = world().await;
    let (id, file) = partly(&world).await;
    let batches = world.ingest.batches();
    let explanation = batches
        .explain_with(&id, &Inputs::paths([&file]))
        .await
        .unwrap();
    let cause = explanation
        .causes
        .iter()
        .find(|cause| !cause.found.is_empty())
        .unwrap();
    assert_eq!(cause.row_numbers, ["2", "5"]);
    let found = &cause.found[1];
    assert_eq!((found.row, found.line), (5, Some(5)));
    assert!(found.text.starts_with("{\"_id\":\"m-5\""), "{}", found.text);
    assert_eq!(found.findings[0].path, "_local.tier");
    assert!(explanation.next.unwrap().contains("aep batch repair"));

    // nothing was written down, so nothing is known of the files
    let unknown = batches.explain_sent(&id, &world.jobs()).await.unwrap();
    assert!(unknown.notes[0].contains("no job"), "{:?}", unknown.notes);

    let other = world.file("more/others.ndjson", member(1));
    let both = Inputs::paths([&file, &other]);
    let error = batches.explain_with(&id, &both).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{}", error.report());
}

#[tokio::test]
async fn rows_of_what_was_split_packed_and_sifted_are_found_where_they_are_from() {
    let world = world().await;
    let numbers =
        |from: u32| (from..from + 40).map(|n| if n % 30 == 7 { bad(n) } else { member(n) });
    let text = |from: u32| numbers(from).collect::<Vec<_>>().join("\n") + "\n";
    world.file("in/a.ndjson", text(1));
    world.file("in/b.ndjson", text(101));
    let limits = Limits {
        single_put_bytes: 4_000,
        pack_bytes: 4_000,
        ..Limits::default()
    };
    let report = world
        .upload([world.dir.path().join("in")])
        .await
        .validate(Validate::Off)
        .partial(50.0)
        .limits(limits)
        .pack(true)
        .journal(world.jobs())
        .start()
        .join()
        .await
        .unwrap();
    assert!(report.batches[0].files > 2, "split: {report:?}");
    let batches = world.ingest.batches();
    let id = &report.batches[0].id;
    let explanation = batches.explain_sent(id, &world.jobs()).await.unwrap();
    assert_eq!(explanation.notes, Vec::<String>::new());
    let found = explanation.causes.iter().flat_map(|cause| &cause.found);
    let places: Vec<_> = found
        .map(|row| (row.file.rsplit('/').next().unwrap(), row.line.unwrap()))
        .collect();
    assert_eq!(
        places,
        [("a.ndjson", 7), ("a.ndjson", 37), ("b.ndjson", 27)]
    );
    // one of them goes
    std::fs::remove_file(world.dir.path().join("in/b.ndjson")).unwrap();
    let explanation = batches.explain_sent(id, &world.jobs()).await.unwrap();
    let told = &explanation.notes[0];
    assert!(
        told.contains("b.ndjson: No such file") && !told.contains("a.ndjson"),
        "{told}"
    );
}

#[tokio::test]
async fn a_mended_file_gives_only_the_rows_that_failed() {
    let world = world().await;
    let dataset = world.members().await;
    let (id, file) = partly(&world).await;
    let batches = world.ingest.batches();
    let mended = std::fs::read_to_string(&file)
        .unwrap()
        .replace("wood", "silver");
    std::fs::write(&file, mended).unwrap();
    let repair = || batches.repair(&id, Mended::Inputs(Inputs::paths([&file])));
    let report = repair().await.unwrap().start().join().await.unwrap();
    assert_eq!(report.batches[0].records_landed, Some(2));
    assert_eq!(world.rows().await.len(), 5);
    // Whoever replaces the batch replaces its repair as well.
    let replace = || {
        let inputs = Inputs::paths([&file]);
        let upload = world.ingest.upload(dataset.clone(), inputs);
        upload.replaces(id.clone())
    };
    let error = replace().start().join().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{}", error.report());
    // Once is enough.
    assert_eq!(repair().await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(world.rows().await.len(), 5);
    let both = replace().replaces(report.batches[0].id.clone());
    assert!(both.start().join().await.unwrap().is_complete());
    assert_eq!(world.rows().await.len(), 5);
}

#[tokio::test]
async fn fetched_rows_are_mended_and_sent() {
    let world = world().await;
    let (id, _) = partly(&world).await;
    let batches = world.ingest.batches();
    let to = world.dir.path().join("errors");
    let errors = batches
        .errors(&id, &to, DownloadOptions::default())
        .await
        .unwrap();
    let path = errors.rows.unwrap();
    let fetched = std::fs::read_to_string(&path).unwrap();
    assert_eq!(fetched.lines().count(), 2);
    assert!(
        !fetched.contains("_validationErrors") && fetched.contains("wood"),
        "{fetched}"
    );
    assert!(
        std::fs::read_to_string(errors.reasons.unwrap())
            .unwrap()
            .contains("\"rejectsRow\":2")
    );

    let rows_of = || Mended::Rows(Inputs::paths([&path]));
    // Not mended yet.
    let error = batches
        .repair(&id, rows_of())
        .await
        .unwrap()
        .start()
        .join()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    // One of them, then the other.
    let mended = fetched.replacen("wood", "silver", 1);
    std::fs::write(&path, &mended).unwrap();
    let left = world.dir.path().join("left.ndjson");
    let upload = batches.repair(&id, rows_of()).await.unwrap().rejects(&left);
    let report = upload.start().join().await.unwrap();
    assert_eq!(
        (report.status, world.rows().await.len()),
        (ReportStatus::Partial, 4)
    );
    // Both again would be one too many.
    std::fs::write(&path, mended.replace("wood", "silver")).unwrap();
    let error = batches
        .repair(&id, rows_of())
        .await
        .unwrap()
        .start()
        .join()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{}", error.report());
    let last = std::fs::read_to_string(&left)
        .unwrap()
        .replace("wood", "silver");
    std::fs::write(&left, last).unwrap();
    let upload = batches
        .repair(&id, Mended::Rows(Inputs::paths([&left])))
        .await
        .unwrap();
    assert_eq!(
        upload.start().join().await.unwrap().status,
        ReportStatus::Success
    );
    assert_eq!(world.rows().await.len(), 5);
}

#[tokio::test]
async fn what_cannot_be_repaired_is_refused() {
    let world = world().await;
    let (id, file) = partly(&world).await;
    let batches = world.ingest.batches();
    // A row more than the batch had: numbers mean something else.
    let longer = std::fs::read_to_string(&file)
        .unwrap()
        .replace("wood", "gold")
        + "\n"
        + &member(6);
    std::fs::write(&file, longer).unwrap();
    let repair = |id: BatchId| {
        let (batches, file) = (batches.clone(), file.clone());
        async move {
            batches
                .repair(&id, Mended::Inputs(Inputs::paths([file])))
                .await
        }
    };
    let error = repair(id).await.unwrap().start().join().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{}", error.report());

    let whole = world.upload([&file]).await.start().join().await.unwrap();
    let error = repair(whole.batches[0].id.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn an_upload_takes_the_place_of_batches() {
    let world = world().await;
    let dataset = world.members().await;
    let send = |name: &str, rows: String| {
        let file = world.file(name, rows);
        world.ingest.upload(dataset.clone(), Inputs::paths([file]))
    };
    let first = send("a.ndjson", member(1)).start().join().await.unwrap();
    let second = send("b.ndjson", member(2)).start().join().await.unwrap();
    let old = [first.batches[0].id.clone(), second.batches[0].id.clone()];
    let new = format!("{}\n{}\n{}", member(1), member(2), member(3));
    let upload = send("c.ndjson", new.clone());
    let report = upload
        .replaces(old[0].clone())
        .replaces(old[1].clone())
        .start()
        .join()
        .await
        .unwrap();
    assert_eq!(report.status, ReportStatus::Success);
    for id in &old {
        assert_eq!(
            world
                .ingest
                .batches()
                .get(id)
                .await
                .unwrap()
                .status
                .as_str(),
            "inactive"
        );
    }
    assert_eq!(world.rows().await.len(), 3);
    // They are gone now.
    let again = send("d.ndjson", new)
        .replaces(old[0].clone())
        .start()
        .join()
        .await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_replacement_is_one_batch_or_none() {
    let world = world().await;
    let dataset = world.members().await;
    let file = world.file("a.ndjson", member(1));
    let first = world
        .ingest
        .upload(dataset.clone(), Inputs::paths([file]))
        .start()
        .join()
        .await
        .unwrap();
    let before = world.changes().len();
    world.file("in/b.ndjson", member(2));
    world.file("in/c.json", format!("[{}]", member(3)));
    let error = world
        .ingest
        .upload(dataset, Inputs::paths([world.dir.path().join("in")]))
        .replaces(first.batches[0].id.clone())
        .start()
        .join()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(world.changes().len(), before);
    assert_eq!(world.rows().await.len(), 1);
}
