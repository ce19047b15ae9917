//! Base connections: checks against the auth specs, secrets, inlets.

use aep_emulator::{Fault, FaultRule};
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_connection_is_made_and_shown_without_its_secrets() {
    let world = World::new().await;
    let answer = post(&world, "connections", &s3()).await;
    let location = answer.header("location").unwrap().to_owned();
    let made = answer.expect(201);
    let id = made["id"].as_str().unwrap();
    assert!(location.ends_with(&format!("/connections/{id}")));
    let found = one(&world, "connections", id).await;
    assert_eq!(found["etag"], made["etag"]);
    assert_eq!(found["version"], found["etag"]);
    let etag = found["etag"].as_str().unwrap();
    assert!(etag.starts_with('"') && etag.ends_with("0000\""), "{etag}");
    assert_eq!(found["state"], "enabled");
    assert_eq!(found["connectionSpec"], spec(S3));
    assert_eq!(
        found["auth"],
        json!({"specName": "Access Key", "params": {"s3AccessKey": "AKIA"}})
    );
    assert_eq!(found["sandboxName"], "dev");
    assert_eq!(found["imsOrgId"], "LOCAL@AdobeOrg");
    assert_eq!(found["createdAt"], found["updatedAt"]);
    assert!(found["createdBy"].as_str().unwrap().ends_with("@AdobeID"));
    let test = world.get(&at(&format!("connections/{id}/test"))).await;
    assert_eq!(test.expect(200), json!({"result": true}));
    let configs = world.get(&at(&format!("connections/{id}/configs"))).await;
    assert_eq!(configs.expect(200), json!({"items": []}));
}

#[tokio::test]
async fn a_test_fails_when_a_fault_rule_says_so() {
    let world = World::new().await;
    let id = make(&world, "connections", &s3()).await;
    let fault = Fault::Status {
        code: 500,
        retry_after: None,
    };
    let rule = FaultRule::new("flow-service.testConnection", fault).first(1);
    world.emulator.faults().add(rule).unwrap();
    let url = at(&format!("connections/{id}/test"));
    refused(world.get(&url).await, "FLOW-1400-500");
    world.get(&url).await.expect(200);
}

#[tokio::test]
async fn parameters_are_checked_against_the_auth_spec() {
    let world = World::new().await;
    let with = |params: Value| json!({"name": "b", "connectionSpec": spec(S3), "auth": {"specName": "Access Key", "params": params}});
    let target = "4fce964d-3f37-408f-9778-e597338a21ee";
    let strict = |key: &str| {
        json!({"name": "b", "connectionSpec": spec(target), "auth": {"specName": "Access Key",
        "params": {"s3AccessKey": key, "s3SecretKey": "a".repeat(40)}}})
    };
    for (body, code) in [
        (json!([]), "FLOW-1452-400"),
        (json!({"name": "b"}), "FLOW-1413-400"),
        (
            json!({"name": 5, "connectionSpec": spec(S3)}),
            "FLOW-1452-400",
        ),
        (
            json!({"name": "b", "connectionSpec": {"id": "nothing"}}),
            "FLOW-1413-400",
        ),
        (
            json!({"name": "b", "connectionSpec": {"id": S3, "version": "7.0"}}),
            "FLOW-1413-400",
        ),
        (
            json!({"name": "b", "connectionSpec": spec(S3)}),
            "CONNECTOR-1304-400",
        ),
        (
            json!({"name": "b", "connectionSpec": spec(S3), "auth": {}}),
            "CONNECTOR-1304-400",
        ),
        (
            json!({"name": "b", "connectionSpec": spec(S3), "auth": {"specName": "Key"}}),
            "FLOW-1415-400",
        ),
        (with(json!({"s3AccessKey": "a"})), "CONNECTOR-1304-400"),
        (
            with(json!({"s3AccessKey": "a", "s3SecretKey": ""})),
            "CONNECTOR-1304-400",
        ),
        (
            with(json!({"s3AccessKey": 1, "s3SecretKey": "b"})),
            "CONNECTOR-1312-400",
        ),
        (strict("AKIA"), "CONNECTOR-1312-400"),
    ] {
        refused(post(&world, "connections", &body).await, code);
    }
    post(&world, "connections", &strict(&"A".repeat(20)))
        .await
        .expect(201);
    let list = world.get(&at("connections?count=true")).await.expect(200);
    assert_eq!(list, json!({"count": 1}));
}

#[tokio::test]
async fn published_spellings_are_taken() {
    let world = World::new().await;
    for body in [
        json!({"name": "zone", "auth": null, "connectionSpec": {"id": LANDING_ZONE_TARGET}}),
        json!({"name": "dataset base", "connectionSpec": {"id": LAKE, "version": 1}}),
        json!({"connectionSpec": spec(LAKE), "description": null}),
        json!({"name": "profile", "connectionSpec": spec("8a9c3494-9708-43d7-ae3f-cda01e5030e1")}),
        json!({"name": "table", "connectionSpec": spec("3c9b37f8-13a6-43d8-bad3-b863b941fedd"),
            "auth": {"specName": "Basic Authentication", "params": {"project": "p"}}}),
    ] {
        let id = make(&world, "connections", &body).await;
        let found = one(&world, "connections", &id).await;
        assert_eq!(found["connectionSpec"]["version"], "1.0");
        // What is secret about an auth nobody published is not known, so all of it is.
        assert_eq!(
            found["auth"]["params"]
                .as_object()
                .map_or(0, serde_json::Map::len),
            0
        );
    }
    let body =
        json!({"name": "x", "connectionSpec": spec(LAKE), "auth": {"specName": "Access Key"}});
    refused(post(&world, "connections", &body).await, "FLOW-1415-400");
    refused(
        send(world.request("POST", &at("connections"))).await,
        "FLOW-1405-400",
    );
}

#[tokio::test]
async fn a_streaming_connection_has_an_inlet_of_this_server() {
    let world = World::new().await;
    let body = |source: &str, kind: &str| {
        json!({"name": "inlet", "providerId": "521eee4d-8cbe-4906-bb48-fb6bd4450033",
        "connectionSpec": spec(STREAMING), "auth": {"specName": "Streaming Connection",
        "params": {"sourceId": source, "dataType": kind, "name": "inlet", "authenticationRequired": true}}})
    };
    refused(
        post(&world, "connections", &body("shop", "csv")).await,
        "CONNECTOR-1312-400",
    );
    let id = make(&world, "connections", &body("shop", "xdm")).await;
    let params = one(&world, "connections", &id).await["auth"]["params"].clone();
    let inlet = params["inletId"].as_str().unwrap();
    assert_eq!(
        params["inletUrl"],
        format!("{}/collection/{inlet}", world.emulator.url())
    );
    assert_eq!(params["authenticationRequired"], true);
    refused(
        post(&world, "connections", &body("shop", "xdm")).await,
        "FLOW-1100-400",
    );
    // Whatever is sent, the inlet stays.
    let ops = json!([{"op": "replace", "path": "/auth/params",
        "value": {"sourceId": "shop", "dataType": "raw", "name": "inlet", "inletUrl": "http://elsewhere"}}]);
    change(&world, "connections", &id, &ops).await.expect(200);
    let after = one(&world, "connections", &id).await["auth"]["params"].clone();
    assert_eq!(
        (&after["inletId"], &after["inletUrl"]),
        (&params["inletId"], &params["inletUrl"])
    );
    assert_eq!(after["dataType"], "raw");
}

#[tokio::test]
async fn drafts_need_not_be_complete() {
    let world = World::new().await;
    let body = json!({"name": "later", "connectionSpec": spec(S3)});
    let id = make(&world, "connections?mode=draft", &body).await;
    assert_eq!(one(&world, "connections", &id).await["state"], "draft");
    refused(
        act(&world, "connections", &id, "PUBLISH").await,
        "CONNECTOR-1304-400",
    );
    let ops = json!([{"op": "add", "path": "/auth", "value": s3()["auth"]}]);
    change(&world, "connections", &id, &ops).await.expect(200);
    act(&world, "connections", &id, "publish").await.expect(200);
    let found = one(&world, "connections", &id).await;
    assert_eq!(found["state"], "enabled");
    assert!(found["auth"]["params"]["s3SecretKey"].is_null());
    refused(
        act(&world, "connections", &id, "publish").await,
        "FLOW-1422-400",
    );
    refused(
        act(&world, "connections", &id, "enable").await,
        "FLOW-1435-400",
    );
    refused(
        act(&world, "connections", &id, "finalize").await,
        "FLOW-1402-400",
    );
    let inlet = json!({"name": "later", "connectionSpec": spec(STREAMING)});
    let inlet = make(&world, "connections?mode=draft", &inlet).await;
    let auth = json!({"specName": "Streaming Connection", "params": {"sourceId": "s", "dataType": "xdm", "name": "n"}});
    let ops = json!([{"op": "add", "path": "/auth", "value": auth}]);
    change(&world, "connections", &inlet, &ops)
        .await
        .expect(200);
    act(&world, "connections", &inlet, "publish")
        .await
        .expect(200);
    let found = one(&world, "connections", &inlet).await;
    assert!(found["auth"]["params"]["inletUrl"].is_string());
    refused(
        post(&world, "connections?mode=sketch", &body).await,
        "FLOW-1452-400",
    );
}
