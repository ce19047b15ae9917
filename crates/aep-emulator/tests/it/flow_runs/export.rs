//! Datasets into the landing zone, read back.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use futures::TryStreamExt;
use object_store::ObjectStore;
use serde_json::json;

use super::*;
use crate::batch::{plain_all, rows_of};
use crate::flow_service::{EXPORT as EXPORT_FLOW, LAKE_SOURCE, LANDING_ZONE_TARGET};

/// An export of the members with these target parameters and this schedule.
pub(super) async fn export(world: &World, params: Value, schedule: Value) -> String {
    let dataset = world.dataset("Loyalty Members").await;
    let source = json!({"name": "lake", "connectionSpec": spec(LAKE_SOURCE),
        "params": {"datasets": [{"dataSetId": dataset, "name": "Loyalty Members"}]}});
    let base = json!({"name": "out", "connectionSpec": spec(LANDING_ZONE_TARGET)});
    let base = make(world, "connections", &base).await;
    let mut all = json!({"mode": "Server-to-server", "path": "exports"});
    for (key, value) in params.as_object().unwrap() {
        all[key] = value.clone();
    }
    let target = json!({"name": "out", "baseConnectionId": base, "connectionSpec": spec(LANDING_ZONE_TARGET),
        "params": all});
    let body = json!({"name": "export", "flowSpec": spec(EXPORT_FLOW),
        "sourceConnectionIds": [make(world, "sourceConnections", &source).await],
        "targetConnectionIds": [make(world, "targetConnections", &target).await],
        "transformations": [], "scheduleParams": schedule});
    make(world, "flows", &body).await
}

pub(super) fn daily(world: &World) -> Value {
    json!({"exportMode": "FIRST_FULL_THEN_INCREMENTAL", "timeUnit": "day", "interval": 1,
        "startTime": now(world) + 60})
}

/// Name and bytes of everything in the zone of exports, by name.
pub(super) async fn exported(world: &World) -> Vec<(String, Vec<u8>)> {
    let credentials = zone::credentials(world, "dlz_destination").await;
    let store = zone::builder(world, &credentials).build().unwrap();
    let folder = credentials["dlzPath"]["dlzFolder"].as_str().unwrap();
    let listed: Vec<_> = store
        .list(Some(&folder.into()))
        .try_collect()
        .await
        .unwrap();
    let mut all = Vec::new();
    for meta in listed {
        let bytes = store
            .get(&meta.location)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        let name = meta.location.to_string();
        let name = name.strip_prefix(&format!("{folder}/")).unwrap().to_owned();
        all.push((name, bytes.to_vec()));
    }
    all.sort();
    all
}

async fn batch(world: &World, from: u32, until: u32) -> String {
    let batch = world.json_batch().await;
    batch.put("a.json", members(from, until)).await;
    assert_eq!(batch.finish().await["status"], "success");
    batch.id
}

pub(super) fn later(world: &World, ms: i64) {
    let clock = world.emulator.clock();
    clock.set_ms(clock.now_ms() + ms);
}

#[tokio::test]
async fn the_first_run_exports_everything_and_the_next_ones_what_is_new() {
    let world = long_lived().await;
    batch(&world, 0, 3).await;
    batch(&world, 3, 5).await;
    let params = json!({"datasetFileType": "PARQUET", "compression": "GZIP"});
    let flow = export(&world, params, daily(&world)).await;
    later(&world, 61_000);
    let first = done(&world, &flow, 1).await.remove(0);
    assert_eq!(status(&first), "success", "{first}");
    assert_eq!(first["metrics"]["recordSummary"]["outputRecordCount"], 5);
    assert_eq!(first["metrics"]["fileSummary"]["outputFileCount"], 2);
    let files = exported(&world).await;
    assert_eq!(files.len(), 2);
    let dataset = world.dataset("Loyalty Members").await;
    let wanted: Vec<Value> = (0..5).map(member).collect();
    let mut rows = Vec::new();
    for (name, bytes) in files {
        let folder = format!("exports/{dataset}/exportTime=");
        let rest = name
            .strip_prefix(&folder)
            .unwrap_or_else(|| panic!("{name}"));
        let (time, file) = rest.split_once('/').unwrap();
        assert!(
            time.len() == 12 && time.bytes().all(|byte| byte.is_ascii_digit()),
            "{name}"
        );
        assert!(
            file.starts_with("part-") && file.ends_with(".gz.parquet"),
            "{name}"
        );
        rows.extend(rows_of(bytes));
    }
    let sorted = |rows: &[Value]| {
        let mut rows = plain_all(rows);
        rows.sort_by_key(|row| row["_id"].to_string());
        rows
    };
    assert_eq!(sorted(&rows), sorted(&wanted));

    later(&world, 24 * HOUR);
    let second = done(&world, &flow, 2).await.remove(1);
    assert_eq!(second["metrics"]["recordSummary"]["outputRecordCount"], 0);
    batch(&world, 5, 6).await;
    later(&world, 24 * HOUR);
    let third = done(&world, &flow, 3).await.remove(2);
    assert_eq!(third["metrics"]["recordSummary"]["outputRecordCount"], 1);
    assert_eq!(exported(&world).await.len(), 3);
}

#[tokio::test]
async fn json_comes_packed_in_folders_of_the_template() {
    let world = long_lived().await;
    batch(&world, 0, 3).await;
    let params = json!({"datasetFileType": "JSON", "compression": "GZIP", "path": "out/"});
    let mut schedule = daily(&world);
    schedule["foldernameTemplate"] =
        json!("%SANDBOX_NAME%/%DATASET_NAME%/day=%DATETIME(YYYYMMdd)%");
    let flow = export(&world, params, schedule).await;
    later(&world, 61_000);
    let run = done(&world, &flow, 1).await.remove(0);
    assert_eq!(status(&run), "success", "{run}");
    let (name, bytes) = exported(&world).await.remove(0);
    assert!(name.starts_with("out/dev/Loyalty Members/day=20"), "{name}");
    assert!(name.ends_with(".json.gz"), "{name}");
    let mut text = String::new();
    MultiGzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let wanted: Vec<Value> = (0..3).map(member).collect();
    assert_eq!(plain_all(&rows), plain_all(&wanted));
    let info = &run["metrics"]["fileSummary"]["manifest"]["fileInfo"][0];
    assert_eq!(
        (&info["path"], &info["outputBytes"]),
        (&json!(name), &json!(bytes.len()))
    );
}

#[tokio::test]
async fn a_full_export_happens_once() {
    let world = long_lived().await;
    batch(&world, 0, 2).await;
    let params = json!({"datasetFileType": "PARQUET", "compression": "NONE"});
    let schedule = json!({"exportMode": "DAILY_FULL_EXPORT", "timeUnit": "day", "interval": 0,
        "startTime": now(&world) + 60});
    let flow = export(&world, params, schedule).await;
    later(&world, 3 * 24 * HOUR);
    let run = done(&world, &flow, 1).await.remove(0);
    assert_eq!(run["metrics"]["recordSummary"]["outputRecordCount"], 2);
    let files = exported(&world).await;
    assert!(files[0].0.ends_with(".parquet") && !files[0].0.ends_with(".gz.parquet"));
    assert_eq!(rows_of(files[0].1.clone()).len(), 2);
}
