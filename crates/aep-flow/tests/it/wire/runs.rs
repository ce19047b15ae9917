//! Runs.

use std::time::Duration;

use aep_core::{ErrorKind, FlowId};
use aep_flow::runs::RunOrder;
use aep_flow::{RunFilter, RunId, RunStatus, RunWindow, WatchOptions};
use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::Recorder;

fn id() -> RunId {
    RunId::new("r-1").unwrap()
}

fn flow() -> FlowId {
    FlowId::new("f-1").unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn run(status: &Value) -> Value {
    let metrics = if status.is_null() {
        json!({})
    } else {
        json!({"statusSummary": {"status": status}})
    };
    json!({"items": [{"id": "r-1", "flowId": "f-1", "metrics": metrics}]})
}

fn fast() -> WatchOptions {
    WatchOptions {
        first_pause: Some(Duration::ZERO),
        longest_pause: Duration::ZERO,
        timeout: None,
    }
}

#[tokio::test]
async fn a_list_is_of_a_flow_a_state_and_a_time() {
    let server = Recorder::answering(run(&json!("failed"))).await;
    let filter = RunFilter {
        state: Some(RunStatus::Failed),
        since: Some(at(1_767_225_600)),
        property: vec!["metrics.durationSummary.startedAtUTC>5".parse().unwrap()],
        page_size: 3,
        ..RunFilter::of(flow())
    };
    let listed: Vec<_> = server.flow.runs().list(filter).try_collect().await.unwrap();
    assert_eq!(listed[0].flow, Some(flow()));
    server.only().is(
        "GET",
        "/runs",
        &[
            ("property", "flowId==f-1"),
            ("property", "metrics.statusSummary.status==failed"),
            ("property", "createdAt>=1767225600000"),
            ("property", "metrics.durationSummary.startedAtUTC>5"),
            ("orderby", "-createdAt"),
            ("limit", "3"),
        ],
    );
}

#[tokio::test]
async fn the_oldest_first_and_a_count() {
    let server = Recorder::start([(200, json!({"items": []})), (200, json!({"count": 2}))]).await;
    let filter = RunFilter {
        order: RunOrder::OldestFirst,
        ..RunFilter::default()
    };
    let runs = server.flow.runs();
    let none: Vec<_> = runs.list(filter.clone()).try_collect().await.unwrap();
    assert!(none.is_empty());
    assert_eq!(runs.count(&filter).await.unwrap(), 2);
    let seen = server.seen();
    seen[0].is(
        "GET",
        "/runs",
        &[("orderby", "createdAt"), ("limit", "100")],
    );
    seen[1].is("GET", "/runs", &[("count", "true")]);
}

#[tokio::test]
async fn one_is_an_object_and_no_list() {
    let server = Recorder::answering(run(&json!("success"))).await;
    let read = server.flow.runs().get(&id()).await.unwrap();
    assert_eq!(read.status, Some(RunStatus::Success));
    server.only().is("GET", "/runs/r-1", &[]).bare();
}

#[tokio::test]
async fn a_run_is_started_without_a_window_or_with_one_in_seconds() {
    let window = RunWindow::between(at(1_767_139_200), at(1_767_225_600)).unwrap();
    for (window, body) in [
        (RunWindow::all(), json!({"flowId": "f-1"})),
        (
            window.clone(),
            json!({"flowId": "f-1", "params": {"startTime": 1_767_225_600_u64,
                "windowStartTime": 1_767_139_200_u64, "windowEndTime": 1_767_225_600_u64}}),
        ),
        (
            window.start(at(1_767_225_700)).delta_column("updated_at"),
            json!({"flowId": "f-1", "params": {"startTime": 1_767_225_700_u64,
                "windowStartTime": 1_767_139_200_u64, "windowEndTime": 1_767_225_600_u64,
                "deltaColumn": {"name": "updated_at"}}}),
        ),
    ] {
        let server = Recorder::start([(201, json!({"id": "r-1", "etag": "\"1\""}))]).await;
        server.flow.runs().create(&flow(), window).await.unwrap();
        server.only().is("POST", "/runs", &[]).with(&body);
    }
    assert!(RunWindow::between(at(5), at(5)).is_err());
}

#[tokio::test]
async fn the_three_answers_to_a_start_are_read() {
    for answer in [
        json!({"id": "r-1", "etag": "\"1\""}),
        json!({"items": [{"id": "r-1", "etag": "\"1\""}]}),
        json!({"id": "r-1", "etag": "\"1\"", "metrics": {"statusSummary": {"status": "scheduled"}}}),
    ] {
        let server = Recorder::start([(201, answer)]).await;
        let made = server
            .flow
            .runs()
            .create(&flow(), RunWindow::all())
            .await
            .unwrap();
        assert_eq!((made.id, made.etag.as_str()), (id(), "\"1\""));
    }
}

#[tokio::test]
async fn a_retry_is_an_action() {
    let server = Recorder::answering(json!({"id": "r-1", "eTag": "\"2\""})).await;
    let made = server.flow.runs().retry(&id()).await.unwrap();
    assert_eq!(made.etag, "\"2\"");
    server
        .only()
        .is("POST", "/runs/r-1/action", &[("op", "re_trigger")])
        .bare();
}

#[tokio::test]
async fn watching_tells_each_change_once_and_ends() {
    let server = Recorder::start([
        (
            404,
            json!({"type": "https://ns.adobe.com/aep/errors/FLOW-1439-404"}),
        ),
        (200, run(&json!(null))),
        (200, run(&json!("inProgress"))),
        (200, run(&json!("inProgress"))),
        (200, run(&json!("Failed"))),
    ])
    .await;
    let states: Vec<_> = server
        .flow
        .runs()
        .watch(&id(), fast())
        .map_ok(|run| run.status)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(
        states,
        [None, Some(RunStatus::InProgress), Some(RunStatus::Failed)]
    );
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn waiting_knows_every_end() {
    for (word, status) in [
        ("success", RunStatus::Success),
        ("FAILED", RunStatus::Failed),
        ("PARTIAL_SUCCESS", RunStatus::PartialSuccess),
        ("completed", RunStatus::Completed),
    ] {
        let server =
            Recorder::start([(200, run(&json!("IN_PROGRESS"))), (200, run(&json!(word)))]).await;
        let over = server.flow.runs().wait(&id(), fast()).await.unwrap();
        assert_eq!(over.status, Some(status));
    }
}

#[tokio::test]
async fn waiting_gives_up_when_the_time_is_up() {
    let server = Recorder::start([(200, run(&json!("inProgress")))]).await;
    let options = fast().timeout(Duration::ZERO);
    let error = server.flow.runs().wait(&id(), options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        error
            .context()
            .contains(&("status", "inProgress".to_owned()))
    );
    assert!(error.hint_text().unwrap().contains("aep run watch r-1"));
}

#[tokio::test]
async fn an_unknown_run_is_not_waited_for() {
    let missing = || {
        (
            404,
            json!({"type": "https://ns.adobe.com/aep/errors/FLOW-1439-404"}),
        )
    };
    let server = Recorder::start([missing(), missing(), missing(), missing(), missing()]).await;
    let error = server.flow.runs().wait(&id(), fast()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn dropping_the_stream_stops_looking() {
    let server = Recorder::start([
        (200, run(&json!("inProgress"))),
        (200, run(&json!("inProgress"))),
    ])
    .await;
    let mut states = server.flow.runs().watch(&id(), fast());
    states.next().await.unwrap().unwrap();
    drop(states);
    assert_eq!(server.seen().len(), 1);
}
