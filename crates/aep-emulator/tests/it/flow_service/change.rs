//! PATCH.

use serde_json::json;

use super::*;

#[tokio::test]
async fn every_change_renews_the_etag() {
    let world = World::new().await;
    let id = make(&world, "flows", &zone_flow(&world, "old").await).await;
    let before = one(&world, "flows", &id).await;
    let etag = before["etag"].as_str().unwrap();
    let ops = json!([{"op": "Replace", "path": "/name", "value": "new"}, {"op": "ADD", "path": "/description", "value": "why"},
        {"op": "add", "path": "/labels", "value": ["core/C12"]},
        {"op": "replace", "path": "/scheduleParams/interval", "value": 2}]);
    let receipt = patch(&world, "flows", &id, etag, &ops).await.expect(200);
    let after = one(&world, "flows", &id).await;
    assert_eq!(receipt, json!({"id": id, "etag": after["etag"]}));
    assert_ne!(after["etag"], before["etag"]);
    assert_eq!(after["version"], after["etag"]);
    assert_eq!(
        (&after["name"], &after["description"]),
        (&json!("new"), &json!("why"))
    );
    assert_eq!(after["scheduleParams"]["interval"], 2);
    assert_eq!(after["lastOperation"]["operation"], "update");
    assert_eq!(
        after["lastOperation"]["ops"][0],
        json!({"op": "replace", "path": "/name"})
    );
    // The old version is stale; the new one is as good without its quotes, and with a slash at the end.
    refused(
        patch(&world, "flows", &id, etag, &ops).await,
        "FLOW-1404-412",
    );
    let bare = after["etag"].as_str().unwrap().trim_matches('"');
    let ops = json!({"op": "remove", "path": "/description"});
    patch(&world, "flows", &format!("{id}/"), bare, &ops)
        .await
        .expect(200);
    assert!(one(&world, "flows", &id).await["description"].is_null());
}

#[tokio::test]
async fn refusals_change_nothing() {
    let world = World::new().await;
    let id = make(&world, "flows", &zone_flow(&world, "f").await).await;
    let before = one(&world, "flows", &id).await;
    let url = at(&format!("flows/{id}"));
    let name = json!([{"op": "replace", "path": "/name", "value": "g"}]);
    refused(
        send(world.request("PATCH", &url).json(&name)).await,
        "FLOW-1403-400",
    );
    refused(
        patch(&world, "flows", &id, "\"x\"", &name).await,
        "FLOW-1404-412",
    );
    refused(
        patch(&world, "flows", "nothing", "\"x\"", &name).await,
        "FLOW-1439-404",
    );
    let etag = before["etag"].as_str().unwrap();
    let empty = world.request("PATCH", &url).header("if-match", etag);
    refused(send(empty).await, "FLOW-1405-400");
    for (op, code) in [
        (
            json!({"op": "move", "from": "/name", "path": "/description"}),
            "FLOW-1434-400",
        ),
        (
            json!({"op": "replace", "path": "/colour", "value": 1}),
            "FLOW-1455-400",
        ),
        (json!({"op": "remove", "path": "/colour"}), "FLOW-1455-400"),
        (
            json!({"op": "add", "path": "/colour/dark", "value": 1}),
            "FLOW-1455-400",
        ),
        (
            json!({"op": "add", "path": "name", "value": "g"}),
            "FLOW-1455-400",
        ),
        (json!({"op": "add", "path": "/name"}), "FLOW-1455-400"),
        (
            json!({"op": "replace", "path": "/id", "value": "g"}),
            "FLOW-1455-400",
        ),
        (
            json!({"op": "replace", "path": "/state", "value": "disabled"}),
            "FLOW-1455-400",
        ),
        (
            json!({"op": "replace", "path": "/flowSpec/id", "value": EXPORT}),
            "FLOW-1455-400",
        ),
        (
            json!({"op": "replace", "path": "/sourceConnectionIds", "value": []}),
            "CONNECTOR-1320-400",
        ),
        (
            json!({"op": "replace", "path": "/scheduleParams/frequency", "value": "minute"}),
            "CONNECTOR-1362-400",
        ),
        (
            json!({"op": "add", "path": "/options", "value": {"partialIngestionPercent": -1}}),
            "CONNECTOR-1312-400",
        ),
    ] {
        // All or nothing.
        let ops = json!([{"op": "replace", "path": "/name", "value": "g"}, op]);
        refused(patch(&world, "flows", &id, etag, &ops).await, code);
    }
    assert_eq!(one(&world, "flows", &id).await, before);
}

#[tokio::test]
async fn ends_can_be_exchanged() {
    let world = World::new().await;
    let id = make(&world, "flows", &zone_flow(&world, "f").await).await;
    let other = zone_source(&world).await;
    let ops = json!([{"op": "replace", "path": "/sourceConnectionIds", "value": [other]},
        {"op": "add", "path": "/policy", "value": {"enforcementRefs": ["/dulepolicy/marketingActions/1"]}},
        {"op": "add", "path": "/options", "value": {"partialIngestionPercent": "10"}},
        {"op": "add", "path": "/options/errorDiagnosticsEnabled", "value": true}]);
    change(&world, "flows", &id, &ops).await.expect(200);
    let flow = one(&world, "flows", &id).await;
    assert_eq!(
        flow["inheritedAttributes"]["sourceConnections"][0]["id"],
        other
    );
    assert_eq!(
        flow["options"],
        json!({"partialIngestionPercent": 10, "errorDiagnosticsEnabled": true})
    );
    assert_eq!(
        flow["policy"]["enforcementRefs"][0],
        "/dulepolicy/marketingActions/1"
    );
}

#[tokio::test]
async fn connections_keep_their_spec_and_their_secrets() {
    let world = World::new().await;
    let id = make(&world, "connections", &s3()).await;
    let changed = async |ops: Value| change(&world, "connections", &id, &ops).await;
    changed(json!([{"op": "replace", "path": "/auth/params/s3SecretKey", "value": "new"}]))
        .await
        .expect(200);
    refused(
        changed(json!([{"op": "remove", "path": "/auth/params/s3SecretKey"}])).await,
        "CONNECTOR-1304-400",
    );
    refused(
        changed(json!([{"op": "replace", "path": "/auth/params", "value": {"s3AccessKey": "A"}}]))
            .await,
        "CONNECTOR-1304-400",
    );
    refused(
        changed(json!([{"op": "replace", "path": "/connectionSpec/id", "value": LAKE}])).await,
        "FLOW-1414-400",
    );
    refused(
        changed(json!([{"op": "replace", "path": "/state", "value": "asleep"}])).await,
        "FLOW-1456-400",
    );
    let all = json!({"s3AccessKey": "B", "s3SecretKey": "c"});
    changed(json!([{"op": "replace", "path": "/auth/params", "value": all}]))
        .await
        .expect(200);
    assert_eq!(
        one(&world, "connections", &id).await["auth"]["params"],
        json!({"s3AccessKey": "B"})
    );
    changed(json!([{"op": "replace", "path": "/state", "value": "disabled"}]))
        .await
        .expect(200);
    changed(json!([{"op": "replace", "path": "/state", "value": "initializing"}]))
        .await
        .expect(200);
    refused(
        changed(json!([{"op": "replace", "path": "/name", "value": "x"}])).await,
        "FLOW-1417-400",
    );
    refused(delete(&world, "connections", &id).await, "FLOW-1417-400");
}

#[tokio::test]
async fn datasets_of_a_source_cannot_change() {
    let world = World::new().await;
    let body = json!({"name": "lake", "connectionSpec": spec(LAKE_SOURCE), "params": {"datasets": [{"dataSetId": "1"}]}});
    let id = make(&world, "sourceConnections", &body).await;
    let ops = json!([{"op": "replace", "path": "/params/datasets/0/dataSetId", "value": "2"}]);
    refused(
        change(&world, "sourceConnections", &id, &ops).await,
        "FLOW-1455-400",
    );
    let ops = json!([{"op": "replace", "path": "/name", "value": "pond"}]);
    change(&world, "sourceConnections", &id, &ops)
        .await
        .expect(200);
}
