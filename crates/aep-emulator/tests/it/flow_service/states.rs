//! Flows: states, actions, drafts.

use std::time::Duration;

use aep_emulator::Emulator;
use serde_json::json;

use super::*;

async fn state(world: &World, id: &str) -> Value {
    one(world, "flows", id).await["state"].clone()
}

#[tokio::test]
async fn flows_are_disabled_and_enabled() {
    let world = World::new().await;
    let id = make(&world, "flows", &zone_flow(&world, "f").await).await;
    let before = one(&world, "flows", &id).await["etag"].clone();
    let receipt = act(&world, "flows", &id, "disable").await.expect(200);
    assert_eq!(receipt["id"], id);
    assert_ne!(receipt["etag"], before);
    let flow = one(&world, "flows", &id).await;
    assert_eq!(
        (&flow["state"], &flow["etag"]),
        (&json!("disabled"), &receipt["etag"])
    );
    assert_eq!(flow["lastOperation"]["operation"], "disable");
    refused(act(&world, "flows", &id, "DISABLE").await, "FLOW-1422-400");
    act(&world, "flows", &id, "Enable").await.expect(200);
    assert_eq!(state(&world, &id).await, "enabled");
    refused(act(&world, "flows", &id, "enable").await, "FLOW-1422-400");
    refused(act(&world, "flows", &id, "publish").await, "FLOW-1422-400");
    refused(
        act(&world, "flows", &id, "finalize_update").await,
        "FLOW-1402-400",
    );
    refused(act(&world, "flows", &id, "dance").await, "FLOW-1435-400");
    refused(
        act(&world, "flows", "nothing", "enable").await,
        "FLOW-1439-404",
    );
    let url = at(&format!("flows/{id}/action"));
    refused(send(world.request("POST", &url)).await, "FLOW-2119-400");
    // If-Match may be sent; then it has to be right.
    let stale = world
        .request("POST", &format!("{url}?op=disable"))
        .header("if-match", before.as_str().unwrap());
    refused(send(stale).await, "FLOW-1404-412");
    delete(&world, "flows", &id).await.expect(204);
}

async fn until(world: &World, id: &str, wanted: &str) {
    while state(world, id).await != wanted {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_flow_may_take_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let time = Duration::from_hours(1);
    let builder = || Emulator::builder().data_dir(dir.path()).flow_settling(time);
    let world = World::with(builder()).await;
    let id = make(&world, "flows", &zone_flow(&world, "f").await).await;
    assert_eq!(state(&world, &id).await, "initializing");
    let ops = json!([{"op": "replace", "path": "/name", "value": "g"}]);
    refused(change(&world, "flows", &id, &ops).await, "FLOW-1420-400");
    refused(delete(&world, "flows", &id).await, "FLOW-1458-400");
    refused(act(&world, "flows", &id, "disable").await, "FLOW-1422-400");
    world.emulator.clock().advance(time);
    until(&world, &id, "enabled").await;
    act(&world, "flows", &id, "disable").await.expect(200);
    assert_eq!(state(&world, &id).await, "disabling");
    // The way goes on in the next server.
    world.emulator.stop().await;
    let world = World::with(builder()).await;
    assert_eq!(state(&world, &id).await, "disabling");
    // Its clock begins anew, an hour behind.
    world.emulator.clock().advance(2 * time);
    until(&world, &id, "disabled").await;
    change(&world, "flows", &id, &ops).await.expect(200);
    delete(&world, "flows", &id).await.expect(204);
}

#[tokio::test]
async fn a_draft_is_filled_in_and_published() {
    let world = World::new().await;
    let whole = zone_flow(&world, "f").await;
    let body = json!({"name": "later", "flowSpec": spec(CLOUD_TO_LAKE), "sourceConnectionIds": whole["sourceConnectionIds"]});
    let id = make(&world, "flows?mode=draft", &body).await;
    assert_eq!(state(&world, &id).await, "draft");
    refused(act(&world, "flows", &id, "enable").await, "FLOW-1422-400");
    refused(
        act(&world, "flows", &id, "publish").await,
        "CONNECTOR-1321-400",
    );
    let ops = json!([{"op": "add", "path": "/targetConnectionIds", "value": whole["targetConnectionIds"]}]);
    change(&world, "flows", &id, &ops).await.expect(200);
    refused(
        act(&world, "flows", &id, "publish").await,
        "CONNECTOR-1317-400",
    );
    // What a draft has must be right.
    let ops = json!([{"op": "add", "path": "/scheduleParams", "value": {"frequency": "once", "interval": 1}}]);
    refused(
        change(&world, "flows", &id, &ops).await,
        "CONNECTOR-1361-400",
    );
    let ops = json!([{"op": "add", "path": "/scheduleParams", "value": whole["scheduleParams"]},
        {"op": "add", "path": "/transformations", "value": []}]);
    change(&world, "flows", &id, &ops).await.expect(200);
    act(&world, "flows", &id, "PUBLISH").await.expect(200);
    let flow = one(&world, "flows", &id).await;
    assert_eq!(flow["state"], "enabled");
    assert_eq!(
        flow["inheritedAttributes"]["targetConnections"][0]["id"],
        whole["targetConnectionIds"][0]
    );
    let draft = make(&world, "flows?mode=draft", &body).await;
    delete(&world, "flows", &draft).await.expect(204);
}
