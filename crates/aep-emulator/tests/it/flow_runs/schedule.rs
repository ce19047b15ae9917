//! Runs by the emulator's clock.

use serde_json::json;

use super::*;

fn later(world: &World, ms: i64) {
    let clock = world.emulator.clock();
    clock.set_ms(clock.now_ms() + ms);
}

#[tokio::test]
async fn an_hourly_flow_runs_every_hour() {
    let world = long_lived().await;
    put(&world, "in/a.json", members(0, 2)).await;
    let flow = flow(&world, hourly(&world), json!({})).await;
    assert!(runs(&world, &flow).await.is_empty());
    later(&world, 61_000);
    let runs = done(&world, &flow, 1).await;
    assert_eq!(landed(&world, &batch_of(&runs[0])).await, ["m0", "m1"]);
    put(&world, "in/b.json", members(2, 3)).await;
    later(&world, HOUR);
    let runs = done(&world, &flow, 2).await;
    assert_eq!(landed(&world, &batch_of(&runs[1])).await, ["m2"]);
}

#[tokio::test]
async fn a_clock_moved_far_starts_one_run_that_makes_up_for_all() {
    let world = long_lived().await;
    put(&world, "in/a.json", members(0, 2)).await;
    let start = now(&world) + 60;
    let schedule = json!({"startTime": start, "frequency": "minute", "interval": 15});
    let flow = flow(&world, schedule, json!({})).await;
    // Files live for seven days.
    later(&world, 6 * 24 * HOUR);
    let runs = done(&world, &flow, 1).await;
    assert_eq!(landed(&world, &batch_of(&runs[0])).await, ["m0", "m1"]);
    let due = runs[0]["params"]["startTime"].as_i64().unwrap();
    assert_eq!((due - start) % 900, 0);
    assert!(now(&world) - due < 900);
    later(&world, 900_000);
    done(&world, &flow, 2).await;
}

#[tokio::test]
async fn without_backfill_older_files_are_left_out() {
    let world = long_lived().await;
    put(&world, "in/old.json", members(0, 2)).await;
    let schedule = json!({"startTime": now(&world) + 60, "frequency": "day", "interval": 1, "backfill": false});
    let flow = flow(&world, schedule, json!({})).await;
    later(&world, 61_000);
    let runs = done(&world, &flow, 1).await;
    assert_eq!(runs[0]["metrics"]["fileSummary"]["inputFileCount"], 0);
    put(&world, "in/new.json", members(2, 3)).await;
    later(&world, 24 * HOUR);
    let runs = done(&world, &flow, 2).await;
    assert_eq!(landed(&world, &batch_of(&runs[1])).await, ["m2"]);
}

#[tokio::test]
async fn no_run_comes_after_the_end() {
    let world = long_lived().await;
    let schedule = json!({
        "startTime": now(&world) + 60, "frequency": "week", "interval": 1, "endTime": now(&world) + 120,
    });
    let flow = flow(&world, schedule, json!({})).await;
    later(&world, 61_000);
    done(&world, &flow, 1).await;
    later(&world, 14 * 24 * HOUR);
    let other = super::flow(&world, once(&world), json!({"name": "other"})).await;
    start(&world, &other).await;
    done(&world, &other, 1).await;
    assert_eq!(runs(&world, &flow).await.len(), 1);
}
