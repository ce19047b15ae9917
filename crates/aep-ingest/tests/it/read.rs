//! What is new is read once, whatever order batches finish in.

use std::time::Duration;

use aep_core::{BatchId, ErrorKind};
use aep_emulator::Fault;
use aep_ingest::batches::Order;
use aep_ingest::read::to_json;
use aep_ingest::{
    Batch, BatchStatus, Format, Inputs, NewBatch, Position, Positions, Reader, Source, WaitOptions,
};
use futures::TryStreamExt;
use serde_json::Value;

use crate::support::{World, member, ndjson, once, world};

const HOUR: Duration = Duration::from_hours(1);

async fn landed(world: &World, rows: u32) -> BatchId {
    let input = Inputs::new()
        .reader(ndjson(rows).as_bytes(), "rows.ndjson")
        .unwrap();
    let upload = world.ingest.upload(world.members().await, input);
    let report = upload.start().join().await.unwrap();
    report.batches[0].id.clone()
}

/// A batch with a row that nobody has completed.
async fn open(world: &World) -> BatchId {
    let dataset = world.members().await;
    let batches = world.ingest.batches();
    let new = NewBatch::new(dataset.id.clone(), Format::NdJson);
    let id = batches.create(new).await.unwrap().id;
    let source = Source::bytes(member(77));
    batches
        .put(&id, &dataset.id, "late.ndjson", source)
        .await
        .unwrap();
    id
}

async fn complete(world: &World, id: &BatchId) {
    let batches = world.ingest.batches();
    batches.complete(id).await.unwrap();
    batches.wait(id, WaitOptions::default()).await.unwrap();
}

async fn reader(world: &World, from: Position) -> Reader {
    let dataset = world.members().await;
    world.ingest.datasets().read_since(&dataset.id, from)
}

/// What is new, all of it done.
async fn read(reader: &mut Reader) -> Vec<BatchId> {
    let mut ids = Vec::new();
    while let Some(batch) = reader.next().await.unwrap() {
        reader.done(&batch);
        ids.push(batch.id);
    }
    ids
}

async fn created(world: &World, id: &BatchId) -> u64 {
    let batch: Batch = world.ingest.batches().get(id).await.unwrap();
    batch.created.unwrap()
}

#[tokio::test]
async fn a_batch_that_finishes_late_is_not_skipped() {
    let world = world().await;
    let first = landed(&world, 1).await;
    let late = open(&world).await;
    world.emulator.clock().advance(HOUR);
    let second = landed(&world, 2).await;

    let mut one = reader(&world, Position::beginning()).await;
    assert_eq!(read(&mut one).await, [first, second.clone()]);
    assert_eq!(one.waiting().len(), 1);
    assert_eq!(one.waiting()[0].id, late);
    let position = one.position();
    assert_eq!(position.until(), Some(created(&world, &late).await - 1));

    let mut two = reader(&world, position.clone()).await;
    assert_eq!(read(&mut two).await, [] as [BatchId; 0]);
    assert_eq!(two.position(), position);

    complete(&world, &late).await;
    world.emulator.clock().advance(HOUR);
    let third = landed(&world, 3).await;
    let mut three = reader(&world, position).await;
    assert_eq!(read(&mut three).await, [late, third.clone()]);
    assert!(three.waiting().is_empty());
    let position = three.position();
    let until = position.until().unwrap();
    assert!(until > created(&world, &second).await && until < created(&world, &third).await);
    let mut four = reader(&world, position).await;
    assert_eq!(read(&mut four).await, [] as [BatchId; 0]);
}

#[tokio::test]
async fn in_order_nothing_is_read_before_what_is_older() {
    let world = world().await;
    let first = landed(&world, 1).await;
    let late = open(&world).await;
    let second = landed(&world, 2).await;
    let mut one = reader(&world, Position::beginning()).await.in_order(true);
    assert_eq!(read(&mut one).await, std::slice::from_ref(&first));
    complete(&world, &late).await;
    let mut two = reader(&world, one.position()).await.in_order(true);
    assert_eq!(read(&mut two).await, [late, second]);
}

#[tokio::test]
async fn what_is_not_done_is_read_again() {
    let world = world().await;
    let (first, second) = (landed(&world, 1).await, landed(&world, 2).await);
    let mut one = reader(&world, Position::beginning()).await;
    let batch = one.next().await.unwrap().unwrap();
    assert_eq!(batch.id, first);
    assert_eq!(one.next().await.unwrap().unwrap().id, second);
    let mut two = reader(&world, one.position()).await;
    assert_eq!(read(&mut two).await, [first.clone(), second.clone()]);
    one.done(&batch);
    let mut three = reader(&world, one.position()).await;
    assert_eq!(read(&mut three).await, [second]);
}

#[tokio::test]
async fn failures_and_what_was_undone_are_passed_by() {
    let world = world().await;
    let undone = landed(&world, 1).await;
    world.ingest.batches().revert(&undone).await.unwrap();
    let aborted = open(&world).await;
    world.ingest.batches().abort(&aborted).await.unwrap();
    let good = landed(&world, 2).await;
    let mut one = reader(&world, Position::beginning()).await;
    assert_eq!(read(&mut one).await, [good]);
    assert!(one.waiting().is_empty());
}

#[tokio::test]
async fn a_batch_that_is_undone_after_it_was_listed_has_no_files() {
    let world = world().await;
    let id = landed(&world, 1).await;
    let mut one = reader(&world, Position::beginning()).await;
    let batch = one.next().await.unwrap().unwrap();
    assert!(one.files(&batch).await.unwrap().is_some());
    world.ingest.batches().revert(&id).await.unwrap();
    assert!(one.files(&batch).await.unwrap().is_none());
    assert!(one.rows(&batch).await.unwrap().is_none());
}

#[tokio::test]
async fn a_reader_can_read_again_what_lies_between_two_positions() {
    let world = world().await;
    let first = landed(&world, 1).await;
    let mut one = reader(&world, Position::beginning()).await;
    read(&mut one).await;
    let from = one.position();
    let second = landed(&world, 2).await;
    let mut two = reader(&world, from.clone()).await;
    read(&mut two).await;
    let to = two.position();
    let third = landed(&world, 3).await;
    let mut again = reader(&world, from).await.up_to(to);
    assert_eq!(read(&mut again).await, std::slice::from_ref(&second));
    let mut since = reader(
        &world,
        Position::after_batch(&world.ingest.batches().get(&first).await.unwrap()).unwrap(),
    )
    .await;
    assert_eq!(read(&mut since).await, [second, third]);
}

#[tokio::test]
async fn rows_come_back_and_can_be_sent_again() {
    let world = world().await;
    let id = landed(&world, 3_000).await;
    let mut one = reader(&world, Position::beginning()).await;
    let batch = one.next().await.unwrap().unwrap();
    let parts: Vec<_> = one
        .rows(&batch)
        .await
        .unwrap()
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert!(parts.len() > 1, "{} parts", parts.len());
    let rows: Vec<_> = parts
        .iter()
        .flat_map(|part| to_json(part).unwrap())
        .collect();
    assert_eq!(rows.len(), 3_000);
    let sent: Value = serde_json::from_str(&member(1)).unwrap();
    assert_eq!(Value::Object(rows[0].clone()), sent);
    let text: String = rows
        .iter()
        .map(|row| serde_json::to_string(row).unwrap() + "\n")
        .collect();
    let input = Inputs::new()
        .reader(text.as_bytes(), "again.ndjson")
        .unwrap();
    let upload = world.ingest.upload(world.members().await, input);
    let report = upload.start().join().await.unwrap();
    assert_eq!(report.batches[0].records_landed, Some(3_000));
    assert_ne!(report.batches[0].id, id);
}

#[tokio::test]
async fn the_last_successful_batch_is_found_without_catalogs_record_too() {
    let world = world().await;
    let dataset = world.members().await;
    let batches = world.ingest.batches();
    assert!(
        batches
            .last_successful(&dataset.id)
            .await
            .unwrap()
            .is_none()
    );
    let kept = landed(&world, 1).await;
    let undone = landed(&world, 2).await;
    let found = batches.last_successful(&dataset.id).await.unwrap().unwrap();
    assert_eq!(found.id, undone);
    let last: Vec<_> = batches.last(&[]).try_collect().await.unwrap();
    assert_eq!(last.len(), 1);
    assert_eq!(last[0].last_successful_batch_id, Some(undone.clone()));
    assert_eq!(last[0].last_batch_status, Some(BatchStatus::Success));
    batches.revert(&undone).await.unwrap();
    let found = batches.last_successful(&dataset.id).await.unwrap().unwrap();
    assert_eq!(found.id, kept);
    world.fault(once("listLastBatches", Fault::status(404)));
    let found = batches.last_successful(&dataset.id).await.unwrap().unwrap();
    assert_eq!(found.id, kept);
}

#[tokio::test]
async fn a_new_task_waits_for_the_last_batch() {
    let world = world().await;
    let dataset = world.members().await;
    let batches = world.ingest.batches();
    assert!(
        batches
            .require_finished(&dataset.id)
            .await
            .unwrap()
            .is_none()
    );
    let done = landed(&world, 1).await;
    let last = batches.require_finished(&dataset.id).await.unwrap();
    assert_eq!(last.unwrap().id, done);
    let id = open(&world).await;
    let error = batches.require_finished(&dataset.id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains(id.as_str()), "{error}");
    complete(&world, &id).await;
    batches.require_finished(&dataset.id).await.unwrap();
}

#[tokio::test]
async fn the_observable_schema_has_the_fields_of_the_data() {
    let world = world().await;
    let dataset = world.members().await;
    let datasets = world.ingest.datasets();
    assert_eq!(datasets.observable_schema(&dataset.id).await.unwrap(), None);
    let id = landed(&world, 1).await;
    let seen = datasets
        .observable_schema(&dataset.id)
        .await
        .unwrap()
        .unwrap();
    assert!(seen["properties"]["_local"]["properties"]["tier"].is_object());
    assert!(seen["properties"]["personalEmail"].is_null(), "{seen}");
    let files: Vec<_> = datasets.view_files(&dataset).try_collect().await.unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].batch, Some(id.clone()));
    assert_eq!(files[0].id.as_str(), format!("{id}-1"));
}

#[tokio::test]
async fn a_position_is_kept_between_processes() {
    let world = world().await;
    let dataset = world.members().await;
    let positions = Positions::new(world.dir.path());
    let first = landed(&world, 1).await;
    let open = || positions.open(world.ingest.client(), &dataset.id, "nightly");
    let mut saved = open().unwrap();
    let mut one = reader(&world, saved.position().cloned().unwrap_or_default()).await;
    assert_eq!(read(&mut one).await, [first]);
    saved.save(one.position()).unwrap();
    drop(saved);
    let second = landed(&world, 2).await;
    let saved = open().unwrap();
    let mut two = reader(&world, saved.position().cloned().unwrap()).await;
    assert_eq!(read(&mut two).await, [second]);
}

#[tokio::test]
async fn a_list_shows_every_batch_once_while_others_come_and_go() {
    let world = world().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        // two of one millisecond can't be told apart by their time
        world.emulator.clock().advance(Duration::from_secs(1));
        made.push(open(&world).await);
    }
    // what was aborted for the first list is missing in the second
    for (order, gone) in [(Order::OldestFirst, 0), (Order::NewestFirst, 1)] {
        let filter = aep_ingest::BatchFilter {
            status: vec![BatchStatus::Loading],
            order,
            page_size: 2,
            ..aep_ingest::BatchFilter::default()
        };
        let mut list = Box::pin(world.ingest.batches().list(filter));
        let mut seen = Vec::new();
        while let Some(batch) = list.try_next().await.unwrap() {
            seen.push(batch.id.clone());
            if seen.len() == 2 {
                // one that was listed leaves the list, one that comes later would move it
                world.emulator.clock().advance(Duration::from_secs(1));
                world.ingest.batches().abort(&batch.id).await.unwrap();
                open(&world).await;
            }
        }
        let once: std::collections::HashSet<_> = seen.iter().collect();
        assert_eq!(once.len(), seen.len());
        let missed = made.iter().filter(|id| !once.contains(id)).count();
        assert_eq!(missed, gone, "{order:?}");
    }
}
