//! The calls of the landing zone, for an organisation on Amazon.

use serde_json::json;

use super::{ZONE, credentials};
use crate::support::{World, send};

#[tokio::test]
async fn the_zone_says_where_it_is() {
    let world = World::new().await;
    let described = world
        .get(&format!("{ZONE}?type=user_drop_zone"))
        .await
        .expect(200);
    assert_eq!(
        described,
        json!({
            "dlzPath": {"bucketName": "dlz-prod-dev", "dlzFolder": "dlz-adf-connectors"},
            "dataTTL": {"timeUnit": "days", "timeQuantity": 7},
            "dlzProvider": "Amazon S3",
        })
    );
    let out = world
        .get(&format!("{ZONE}/?type=dlz_destination"))
        .await
        .expect(200);
    assert_eq!(out["dlzPath"]["dlzFolder"], "dlz-destination");
}

#[tokio::test]
async fn credentials_are_new_at_every_call() {
    let world = World::new().await;
    let one = credentials(&world, "user_drop_zone").await;
    let other = credentials(&world, "user_drop_zone").await;
    assert_ne!(
        one["credentials"]["awsAccessKeyId"],
        other["credentials"]["awsAccessKeyId"]
    );
    assert_eq!(one["credentials"]["clientId"], "local-client");
    assert_eq!(one["dlzProvider"], "Amazon S3");
    let seconds = world.emulator.clock().now_ms() / 1000;
    let expiry = one["expiryTime"].as_i64().unwrap();
    assert!((seconds..seconds + 86_400).contains(&expiry), "{expiry}");
    let out = credentials(&world, "dlz_destination").await;
    assert!(out["credentials"]["clientId"].is_null());
}

#[tokio::test]
async fn wrong_types_and_actions_have_their_codes() {
    let world = World::new().await;
    let code = |answer: serde_json::Value| answer["type"].as_str().unwrap().to_owned();
    for query in ["", "?type=", "?type=drop_zone"] {
        let refused = world.get(&format!("{ZONE}{query}")).await.expect(400);
        assert_eq!(
            code(refused),
            "https://ns.adobe.com/aep/errors/CONNECTOR-1710-400"
        );
    }
    let post = |query: &str| world.request("POST", &format!("{ZONE}/credentials?{query}"));
    let refused = send(post("type=user_drop_zone&action=reset"))
        .await
        .expect(400);
    assert!(code(refused).ends_with("CONNECTOR-1705-400"));
    let refused = send(post("type=user_drop_zone&action=refresh"))
        .await
        .expect(400);
    assert!(code(refused).ends_with("CONNECTOR-1703-400"));
    send(world.bare("GET", &format!("{ZONE}?type=user_drop_zone")))
        .await
        .expect(403);
}
