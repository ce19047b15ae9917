//! Flows that run: files into the lake and out of it (flow-service.md 7, 10, 17; catalog-access-schema.md 7, 9).

mod ad_hoc;
mod broken;
mod demand;
mod export;
pub(crate) mod killed;
mod mapping;
mod schedule;
mod shapes;

use std::time::Duration;

use object_store::ObjectStoreExt;
use object_store::PutPayload;
use serde_json::{Value, json};

use crate::batch::{Batch, member, ndjson};
use crate::flow_service::{CLOUD_TO_LAKE, LAKE, LANDING_ZONE, at, make, now, one, spec};
use crate::support::{CATALOG, World};
use crate::zone;

pub(crate) const HOUR: i64 = 3_600_000;

/// A world whose token outlives a moved clock.
pub(crate) async fn long_lived() -> World {
    World::with(aep_emulator::Emulator::builder().token_seconds(365 * 86_400)).await
}

/// Writes a file into the landing zone of source flows.
pub(crate) async fn put(world: &World, name: &str, bytes: impl Into<Vec<u8>>) {
    let store = zone::store(world).await;
    let payload = PutPayload::from(bytes.into());
    store.put(&zone::key(name), payload).await.unwrap();
}

/// Rows `from..until` of members as JSON Lines.
pub(crate) fn members(from: u32, until: u32) -> Vec<u8> {
    let rows: Vec<Value> = (from..until).map(member).collect();
    ndjson(&rows)
}

/// A source connection of the landing zone's folder `in`.
pub(crate) async fn source(world: &World, data: Value, params: Value) -> String {
    let body = json!({
        "name": "in", "data": data, "params": params, "connectionSpec": spec(LANDING_ZONE),
    });
    make(world, "sourceConnections", &body).await
}

pub(crate) fn folder() -> Value {
    json!({"path": "dlz-user-container/in/", "type": "folder", "recursive": true})
}

/// A target connection of a dataset.
pub(crate) async fn target(world: &World, dataset: &str) -> String {
    let body = json!({
        "name": "lake", "data": {"format": "parquet_xdm"}, "connectionSpec": spec(LAKE),
        "params": {"dataSetId": dataset},
    });
    make(world, "targetConnections", &body).await
}

/// A flow from `in` to the members, JSON files, with what `more` adds.
pub(crate) async fn flow(world: &World, schedule: Value, more: Value) -> String {
    let source = source(world, json!({"format": "json"}), folder()).await;
    flow_from(world, &source, schedule, more).await
}

pub(crate) async fn flow_from(world: &World, source: &str, schedule: Value, more: Value) -> String {
    let dataset = world.dataset("Loyalty Members").await;
    let mut body = json!({
        "name": "members", "flowSpec": spec(CLOUD_TO_LAKE), "scheduleParams": schedule,
        "sourceConnectionIds": [source], "targetConnectionIds": [target(world, &dataset).await],
        "transformations": [],
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    make(world, "flows", &body).await
}

/// A schedule of once, a minute from now.
pub(crate) fn once(world: &World) -> Value {
    json!({"startTime": now(world) + 60, "frequency": "once"})
}

/// A schedule of every hour, from a minute from now on.
pub(crate) fn hourly(world: &World) -> Value {
    json!({"startTime": now(world) + 60, "frequency": "hour", "interval": 1})
}

/// The runs of a flow, oldest first.
pub(crate) async fn runs(world: &World, flow: &str) -> Vec<Value> {
    let path = at(&format!(
        "runs?property=flowId=={flow}&orderby=createdAt&limit=100"
    ));
    let found = world.get(&path).await.expect(200);
    found["items"].as_array().unwrap().clone()
}

pub(crate) fn status(run: &Value) -> &str {
    run["metrics"]["statusSummary"]["status"].as_str().unwrap()
}

/// Waits until a flow has so many runs and all are at their end.
pub(crate) async fn done(world: &World, flow: &str, count: usize) -> Vec<Value> {
    for _ in 0..6000 {
        let runs = runs(world, flow).await;
        let ended = |run: &Value| matches!(status(run), "success" | "failed");
        assert!(runs.len() <= count, "{runs:?}");
        if runs.len() == count && runs.iter().all(ended) {
            return runs;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not {count} runs ended: {:?}", runs(world, flow).await);
}

/// Starts a run on demand.
pub(crate) async fn start(world: &World, flow: &str) -> String {
    make(world, "runs", &json!({"flowId": flow})).await
}

/// The batch that a run made, from the link in its manifest.
pub(crate) fn batch_of(run: &Value) -> String {
    let link = run["metrics"]["fileSummary"]["manifest"]["fileInfo"][0]["path"].as_str();
    let link = link.unwrap_or_else(|| panic!("{run}"));
    let rest = link.split_once("/batches/").unwrap().1;
    rest.split_once("/meta?path=input_files")
        .unwrap()
        .0
        .to_owned()
}

/// Ids of the rows that a batch landed, sorted.
pub(crate) async fn landed(world: &World, id: &str) -> Vec<String> {
    let batch = Batch {
        world,
        id: id.to_owned(),
        dataset: String::new(),
    };
    let mut ids: Vec<String> = batch
        .stored()
        .await
        .iter()
        .map(|row| row["_id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

/// How many batches a dataset has.
pub(crate) async fn batches(world: &World, dataset: &str) -> usize {
    let path = format!("{CATALOG}/batches?dataSet={dataset}&limit=100");
    let found = world.get(&path).await.expect(200);
    found.as_object().unwrap().len()
}

pub(crate) async fn run(world: &World, id: &str) -> Value {
    one(world, "runs", id).await
}
