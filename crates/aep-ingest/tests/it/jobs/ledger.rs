//! What was sent before is not sent again.

use aep_core::{ErrorKind, Settings};
use aep_ingest::{BatchStatus, Ingest, Inputs, ReportStatus};

use super::{batches, files, landed_once, outcome, upload};
use crate::support::{ndjson, world};

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
        let jobs = world.jobs();
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
    assert_eq!(world.jobs().list().unwrap().len(), 1);
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
        upload.journal(world.jobs())
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
    let report = outcome(prod.upload(dataset, files(&world)).journal(world.jobs())).await;
    assert!(report.error.is_none(), "{}", report.error.unwrap().report());
}

#[tokio::test]
async fn of_two_runs_at_once_one_lands() {
    let world = world().await;
    let path = world.file("a.ndjson", ndjson(3));
    let run = |ingest: Ingest| {
        let (jobs, path) = (world.jobs(), path.clone());
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
            .journal(world.jobs()),
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
