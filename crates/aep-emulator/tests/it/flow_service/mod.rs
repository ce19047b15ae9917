//! Flow Service (flow-service.md 2 to 18).

mod change;
mod connections;
mod ends;
mod explore;
mod flows;
mod lists;
mod restart;
mod runs;
mod schedule;
mod specs;
mod states;

use serde_json::{Value, json};

use crate::support::{Answer, World, send};

pub(super) const FLOW: &str = "/data/foundation/flowservice";

pub(super) const LANDING_ZONE: &str = "26f526f2-58f4-4712-961d-e41bf1ccc0e8";
pub(super) const LANDING_ZONE_TARGET: &str = "10440537-2a7b-4583-ac39-ed38d4b848e8";
pub(super) const LAKE: &str = "c604ff05-7f1a-43c0-8e18-33bf874cb11c";
pub(super) const LAKE_SOURCE: &str = "23598e46-f560-407b-88d5-ea6207e49db0";
pub(super) const S3: &str = "ecadc60c-7455-4d87-84dc-2a0e293d997b";
pub(super) const STREAMING: &str = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb";
pub(super) const CLOUD_TO_LAKE: &str = "9753525b-82c7-4dce-8a9b-5ccfce2b9876";
pub(super) const EXPORT: &str = "cd2fc47e-e838-4f38-a581-8fff2f99b63a";
pub(super) const STREAM: &str = "d8a6f005-7eaf-4153-983e-e8574508b877";

pub(super) fn at(path: &str) -> String {
    format!("{FLOW}/{path}")
}

pub(super) async fn post(world: &World, path: &str, body: &Value) -> Answer {
    send(world.request("POST", &at(path)).json(body)).await
}

/// Makes an object and answers its id.
pub(super) async fn make(world: &World, path: &str, body: &Value) -> String {
    let made = post(world, path, body).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// One object.
pub(super) async fn one(world: &World, path: &str, id: &str) -> Value {
    let found = world.get(&at(&format!("{path}/{id}"))).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    found["items"][0].clone()
}

pub(super) async fn patch(world: &World, path: &str, id: &str, etag: &str, ops: &Value) -> Answer {
    let request = world
        .request("PATCH", &at(&format!("{path}/{id}")))
        .header("if-match", etag);
    send(request.json(ops)).await
}

/// A patch of an object at its current version.
pub(super) async fn change(world: &World, path: &str, id: &str, ops: &Value) -> Answer {
    let etag = one(world, path, id).await["etag"]
        .as_str()
        .unwrap()
        .to_owned();
    patch(world, path, id, &etag, ops).await
}

pub(super) async fn act(world: &World, path: &str, id: &str, op: &str) -> Answer {
    let url = at(&format!("{path}/{id}/action?op={op}"));
    send(world.request("POST", &url)).await
}

pub(super) async fn delete(world: &World, path: &str, id: &str) -> Answer {
    send(world.request("DELETE", &at(&format!("{path}/{id}")))).await
}

/// Asserts an error in full shape: `FLOW-…` or `CONNECTOR-…`.
#[track_caller]
pub(super) fn refused(answer: Answer, code: &str) -> Value {
    let status: u16 = code.rsplit('-').next().unwrap().parse().unwrap();
    let request = answer.header("x-request-id").unwrap().to_owned();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body = answer.expect(status);
    assert_eq!(
        body["type"],
        format!("https://ns.adobe.com/aep/errors/{code}"),
        "{body}"
    );
    assert_eq!(body["status"], status);
    assert!(body["title"].is_string() && body["errorMessage"].is_string());
    assert!(body["report"]["detailed-message"].is_string());
    assert_eq!(body["report"]["request-id"], request);
    body
}

pub(super) fn spec(id: &str) -> Value {
    json!({"id": id, "version": "1.0"})
}

pub(super) fn now(world: &World) -> i64 {
    world.emulator.clock().now_ms() / 1000
}

pub(super) fn s3() -> Value {
    json!({"name": "bucket", "connectionSpec": spec(S3),
        "auth": {"specName": "Access Key", "params": {"s3AccessKey": "AKIA", "s3SecretKey": "hush"}}})
}

/// A source connection of the landing zone.
pub(super) async fn zone_source(world: &World) -> String {
    let body = json!({"name": "in", "data": {"format": "delimited"}, "connectionSpec": spec(LANDING_ZONE),
        "params": {"path": "dlz-user-container/in/", "type": "folder", "recursive": true}});
    make(world, "sourceConnections", &body).await
}

/// A target connection of a seeded dataset.
pub(super) async fn lake_target(world: &World) -> String {
    let dataset = world.dataset("Loyalty Members").await;
    let body = json!({"name": "lake", "data": {"format": "parquet_xdm"}, "connectionSpec": spec(LAKE),
        "params": {"dataSetId": dataset}});
    make(world, "targetConnections", &body).await
}

/// The body of a flow from the landing zone, an hour from now and every hour.
pub(super) async fn zone_flow(world: &World, name: &str) -> Value {
    json!({"name": name, "flowSpec": spec(CLOUD_TO_LAKE),
        "sourceConnectionIds": [zone_source(world).await], "targetConnectionIds": [lake_target(world).await],
        "transformations": [],
        "scheduleParams": {"startTime": now(world) + 3600, "frequency": "hour", "interval": 1}})
}

/// The body of an export of a seeded dataset into the landing zone, an hour from now and every day.
pub(super) async fn export_flow(world: &World) -> Value {
    let dataset = world.dataset("Loyalty Members").await;
    let source = json!({"name": "lake", "connectionSpec": spec(LAKE_SOURCE),
        "params": {"datasets": [{"dataSetId": dataset, "name": "Loyalty Members"}]}});
    let base = json!({"name": "out", "connectionSpec": spec(LANDING_ZONE_TARGET)});
    let base = make(world, "connections", &base).await;
    let target = json!({"name": "out", "baseConnectionId": base, "connectionSpec": spec(LANDING_ZONE_TARGET),
        "params": {"mode": "Server-to-server", "path": "exports", "compression": "GZIP", "datasetFileType": "PARQUET"}});
    json!({"name": "export", "flowSpec": spec(EXPORT),
        "sourceConnectionIds": [make(world, "sourceConnections", &source).await],
        "targetConnectionIds": [make(world, "targetConnections", &target).await],
        "transformations": [],
        "scheduleParams": {"exportMode": "FIRST_FULL_THEN_INCREMENTAL", "timeUnit": "day", "interval": 1,
            "startTime": now(world) + 3600}})
}

/// The body of a flow from an inlet.
pub(super) async fn stream_flow(world: &World) -> Value {
    let base = json!({"name": "inlet", "connectionSpec": spec(STREAMING), "auth": {"specName": "Streaming Connection",
        "params": {"sourceId": "shop", "dataType": "xdm", "name": "inlet"}}});
    let base = make(world, "connections", &base).await;
    let source = json!({"name": "messages", "baseConnectionId": base, "connectionSpec": spec(STREAMING),
        "data": {"format": "json"}});
    json!({"name": "stream", "flowSpec": spec(STREAM),
        "sourceConnectionIds": [make(world, "sourceConnections", &source).await],
        "targetConnectionIds": [lake_target(world).await]})
}
