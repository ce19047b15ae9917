//! Runs by hand.

use std::time::Duration;

use aep_core::ErrorKind;
use aep_flow::schedule::Frequency;
use aep_flow::{IngestSchedule, NewFlow, RunFilter, RunStatus, RunWindow, WatchOptions};
use futures::TryStreamExt;

use super::{flow_named, source, target};
use crate::world::world;

fn options() -> WatchOptions {
    WatchOptions::default().timeout(Duration::from_mins(2))
}

#[tokio::test]
async fn a_run_by_hand_comes_to_its_end_and_can_be_repeated() {
    let world = world().await;
    let runs = world.flow.runs();
    let flow = flow_named(&world.flow, "once", Frequency::Once).await;
    let made = runs.create(&flow.id, RunWindow::all()).await.unwrap();
    let over = runs.wait(&made.id, options()).await.unwrap();
    assert!(over.is_terminal());
    assert_eq!(over.flow.as_ref(), Some(&flow.id));
    // there is no file, so nothing failed
    assert_eq!(over.status, Some(RunStatus::Success), "{:?}", over.errors);
    let again = runs.retry(&made.id).await.unwrap();
    assert!(runs.wait(&again.id, options()).await.unwrap().is_terminal());
    let mut seen: Vec<_> = runs
        .watch(&again.id, options())
        .try_collect::<Vec<_>>()
        .await
        .unwrap();
    assert!(seen.pop().unwrap().is_terminal() && seen.is_empty());
    let filter = RunFilter {
        state: Some(RunStatus::Success),
        ..RunFilter::of(flow.id.clone())
    };
    let listed: Vec<_> = runs.list(filter.clone()).try_collect().await.unwrap();
    assert!(listed.iter().any(|run| run.id == made.id));
    assert_eq!(runs.count(&filter).await.unwrap(), listed.len() as u64);
    let error = runs.cancel(&made.id).await.unwrap_err();
    assert!(error.hint_text().is_some());
}

#[tokio::test]
async fn a_clock_that_is_ahead_does_not_keep_flows_from_being_made() {
    let world = world().await;
    world.emulator.clock().advance(Duration::from_hours(3));
    let (source, target) = (
        source(&world.flow, "s").await,
        target(&world.flow, "t").await,
    );
    let schedule = IngestSchedule::once();
    let new = NewFlow::landing_zone_to_lake("now", source.id, target.id, schedule);
    let flow = world.flow.flows().create(new).await.unwrap();
    let runs = world.flow.runs();
    let made = runs.create(&flow.id, RunWindow::all()).await.unwrap();
    assert!(runs.wait(&made.id, options()).await.unwrap().is_terminal());
}

#[tokio::test]
async fn a_repeated_flow_is_not_run_by_hand() {
    let world = world().await;
    let runs = world.flow.runs();
    let flow = flow_named(&world.flow, "hourly", Frequency::Hour(1)).await;
    let error = runs.create(&flow.id, RunWindow::all()).await.unwrap_err();
    assert!(error.hint_text().unwrap().contains("scheduled once"));
    world.flow.flows().disable(&flow.id).await.unwrap();
    let error = runs.create(&flow.id, RunWindow::all()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{}", error.report());
}
