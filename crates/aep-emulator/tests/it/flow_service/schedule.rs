//! Schedules.

use std::time::Duration;

use aep_emulator::Emulator;
use serde_json::json;

use super::*;

#[tokio::test]
async fn schedules_of_source_flows() {
    let world = World::new().await;
    let body = zone_flow(&world, "f").await;
    let start = now(&world) + 3600;
    let with = |params: Value| {
        let mut body = body.clone();
        body["scheduleParams"] = params;
        body
    };
    for params in [
        json!({"startTime": start, "frequency": "once"}),
        json!({"startTime": start.to_string(), "frequency": "minute", "interval": "15", "backfill": "true"}),
        json!({"startTime": start, "frequency": "minute", "interval": 1000, "backfill": true}),
        json!({"startTime": start, "frequency": "hour", "interval": 1}),
        json!({"startTime": start, "frequency": "day", "interval": 1, "backfill": false}),
        json!({"startTime": now(&world) - 60, "frequency": "week", "interval": 2, "foldernameTemplate": "%DATASET_ID%"}),
    ] {
        post(&world, "flows", &with(params)).await.expect(201);
    }
    for (params, code) in [
        (json!({}), "1317-400"),
        (json!({"frequency": "once"}), "1304-400"),
        (json!({"startTime": start}), "1304-400"),
        (json!({"startTime": start, "frequency": "hour"}), "1304-400"),
        (
            json!({"startTime": "2026-01-01T00:00:00Z", "frequency": "once"}),
            "1340-400",
        ),
        (
            json!({"startTime": now(&world) - 3600, "frequency": "once"}),
            "1360-400",
        ),
        (
            json!({"startTime": start, "frequency": "once", "interval": 1}),
            "1361-400",
        ),
        (
            json!({"startTime": start, "frequency": "minute", "interval": 14}),
            "1362-400",
        ),
        (
            json!({"startTime": start, "frequency": "hour", "interval": 0}),
            "1362-400",
        ),
        (
            json!({"startTime": start, "frequency": "hour", "interval": "often"}),
            "1363-400",
        ),
        (
            json!({"startTime": start, "frequency": "once", "backfill": true}),
            "1364-400",
        ),
        (
            json!({"startTime": start, "frequency": "fortnight", "interval": 1}),
            "1397-500",
        ),
    ] {
        refused(
            post(&world, "flows", &with(params)).await,
            &format!("CONNECTOR-{code}"),
        );
    }
}

#[tokio::test]
async fn what_has_started_keeps_its_start() {
    let world = World::new().await;
    let body = zone_flow(&world, "f").await;
    let id = make(&world, "flows", &body).await;
    let later = now(&world) + 7200;
    let set = async |field: &str, value: Value| {
        let path = format!("/scheduleParams/{field}");
        change(
            &world,
            "flows",
            &id,
            &json!([{"op": "add", "path": path, "value": value}]),
        )
        .await
    };
    set("startTime", json!(later)).await.expect(200);
    refused(
        set("startTime", json!(later - 86_400)).await,
        "CONNECTOR-1360-400",
    );
    act(&world, "flows", &id, "disable").await.expect(200);
    world.emulator.clock().advance(Duration::from_hours(3));
    refused(
        set("startTime", json!(later + 86_400)).await,
        "CONNECTOR-1366-400",
    );
    refused(set("backfill", json!(false)).await, "CONNECTOR-1404-400");
    refused(set("frequency", json!("once")).await, "CONNECTOR-1403-400");
    set("interval", json!(3)).await.expect(200);
    set("frequency", json!("day")).await.expect(200);
}

#[tokio::test]
async fn schedules_of_exports() {
    let world = World::new().await;
    let body = export_flow(&world).await;
    let start = now(&world) + 3600;
    let with = |params: Value| {
        let mut body = body.clone();
        body["scheduleParams"] = params;
        body
    };
    for params in [
        json!({"startTime": start, "timeUnit": "hour", "interval": 3}),
        json!({"startTime": start, "timeUnit": "hour", "interval": "12", "frequency": "hour"}),
        json!({"startTime": start, "timeUnit": "day", "interval": 0, "exportMode": "DAILY_FULL_EXPORT"}),
        json!({"startTime": start, "timeUnit": "day", "interval": 1, "endTime": start + 1, "folderNameTemplate": "%DATASET_ID%"}),
    ] {
        post(&world, "flows", &with(params)).await.expect(201);
    }
    for (params, code) in [
        (
            json!({"startTime": start, "frequency": "hour", "interval": 3}),
            "1304-400",
        ),
        (json!({"timeUnit": "hour", "interval": 3}), "1304-400"),
        (
            json!({"startTime": start, "timeUnit": "hour", "interval": 1}),
            "1363-400",
        ),
        (
            json!({"startTime": start, "timeUnit": "day", "interval": 2}),
            "1363-400",
        ),
        (
            json!({"startTime": start, "timeUnit": "day", "interval": 1, "exportMode": "DAILY_FULL_EXPORT"}),
            "1363-400",
        ),
        (
            json!({"startTime": start, "timeUnit": "day", "interval": 0, "exportMode": "FIRST_FULL_THEN_INCREMENTAL"}),
            "1363-400",
        ),
        (
            json!({"startTime": start, "timeUnit": "week", "interval": 1}),
            "1312-400",
        ),
        (
            json!({"startTime": start, "timeUnit": "day", "interval": 1, "exportMode": "ALL"}),
            "1312-400",
        ),
        (
            json!({"startTime": start, "timeUnit": "day", "interval": 1, "endTime": start}),
            "1312-400",
        ),
    ] {
        refused(
            post(&world, "flows", &with(params)).await,
            &format!("CONNECTOR-{code}"),
        );
    }
    // A schedule is replaced as a whole; half of one is refused.
    let id = make(&world, "flows", &body).await;
    let set = async |params: Value| {
        change(
            &world,
            "flows",
            &id,
            &json!([{"op": "replace", "path": "/scheduleParams", "value": params}]),
        )
        .await
    };
    refused(set(json!({"startTime": start})).await, "CONNECTOR-1304-400");
    set(json!({"startTime": start, "timeUnit": "hour", "interval": 3}))
        .await
        .expect(200);
}

#[tokio::test]
async fn an_export_may_be_for_demand_only() {
    let world = World::new().await;
    let mut body = export_flow(&world).await;
    // As published samples do it: the schedule begins when the export has ended by itself.
    body["scheduleParams"]["startTime"] = json!(now(&world) + 31_536_000);
    let id = make(&world, "flows", &body).await;
    let ops = json!([{"op": "replace", "path": "/scheduleParams/timeUnit", "value": "hour"},
        {"op": "replace", "path": "/scheduleParams/interval", "value": 3}]);
    change(&world, "flows", &id, &ops).await.expect(200);
}

#[tokio::test]
async fn an_emulator_may_take_starts_in_the_past() {
    let world = World::with(Emulator::builder().past_starts(true)).await;
    let mut body = zone_flow(&world, "f").await;
    body["scheduleParams"]["startTime"] = json!(1_612_310_466);
    make(&world, "flows", &body).await;
}
