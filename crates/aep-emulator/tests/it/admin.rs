//! The emulator's own administration, and the life of its state.

use std::time::Duration;

use aep_emulator::Emulator;
use serde_json::json;

use crate::support::{CATALOG, World, send};

const ADMIN: &str = "/__emulator";

#[tokio::test]
async fn status_and_operations_say_what_is_there() {
    let world = World::new().await;
    let status = send(world.bare("GET", &format!("{ADMIN}/status")))
        .await
        .expect(200);
    assert_eq!(
        (&status["server"], &status["org"]),
        (&json!("aep-emulator"), &json!("LOCAL@AdobeOrg"))
    );
    assert_eq!(status["counts"]["datasets"], 4);
    let operations = send(world.bare("GET", &format!("{ADMIN}/operations")))
        .await
        .expect(200);
    let upload = operations
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "uploadSmallFile")
        .unwrap();
    assert_eq!(upload["method"], "PUT");
    assert_eq!(upload["service"], "batch-ingestion");
    send(world.bare("GET", &format!("{ADMIN}/nothing")))
        .await
        .expect(404);
    let page = world.bare("POST", &format!("{ADMIN}/reset"));
    send(page.header("origin", "http://example.com"))
        .await
        .expect(403);
}

#[tokio::test]
async fn fault_rules_are_managed_over_http() {
    let world = World::new().await;
    let faults = format!("{ADMIN}/faults");
    let rule = json!({"operation": "listDatasets", "when": {"nth": 1}, "fault": {"status": {"code": 502}}});
    let added = send(world.bare("POST", &faults).json(&rule))
        .await
        .expect(201);
    assert_eq!(added["id"], 1);
    world.get(&format!("{CATALOG}/dataSets")).await.expect(502);
    let listed = send(world.bare("GET", &faults)).await.expect(200);
    assert_eq!(
        (&listed[0]["calls"], &listed[0]["hits"]),
        (&json!(1), &json!(1))
    );
    for bad in [
        json!({"operation": "listDataset", "fault": "silence"}),
        json!({"operation": "listDatasets", "fault": "explode"}),
        json!({"operation": "listDatasets"}),
        json!({"operation": "listDatasets", "fault": "silence", "often": true}),
        json!({"operation": "listDatasets", "fault": {"status": {"code": 204}}}),
        json!({"operation": "listDatasets", "fault": "silence", "when": {"first": 0}}),
    ] {
        let refused = send(world.bare("POST", &faults).json(&bad))
            .await
            .expect(400);
        assert!(
            refused["error"]
                .as_str()
                .unwrap()
                .starts_with("not a fault rule: "),
            "{refused}"
        );
    }
    send(world.bare("DELETE", &format!("{faults}/1")))
        .await
        .expect(204);
    send(world.bare("DELETE", &format!("{faults}/1")))
        .await
        .expect(404);
    send(world.bare("DELETE", &faults)).await.expect(204);
}

#[tokio::test]
async fn the_clock_is_moved_over_http() {
    let world = World::new().await;
    let clock = format!("{ADMIN}/clock");
    let moved = send(
        world
            .bare("POST", &clock)
            .json(&json!({"advanceMs": 86_400_000})),
    )
    .await
    .expect(200);
    assert_eq!(moved["offsetMs"], 86_400_000);
    world.get(&format!("{CATALOG}/dataSets")).await.expect(401);
    send(world.bare("POST", &clock).json(&json!({"offsetMs": 0})))
        .await
        .expect(200);
    world.get(&format!("{CATALOG}/dataSets")).await.expect(200);
    let set = send(
        world
            .bare("POST", &clock)
            .json(&json!({"nowMs": 1_900_000_000_000_i64})),
    )
    .await
    .expect(200);
    assert!(
        set["now"].as_str().unwrap().starts_with("2030-03-17T"),
        "{set}"
    );
    for wrong in [
        json!({"tomorrow": 1}),
        json!({"nowMs": -1}),
        json!({"nowMs": i64::MAX}),
        json!({"advanceMs": i64::MIN}),
        json!({"offsetMs": i64::MAX}),
    ] {
        send(world.bare("POST", &clock).json(&wrong))
            .await
            .expect(400);
    }
    assert_eq!(
        send(world.bare("GET", &clock)).await.expect(200)["offsetMs"],
        set["offsetMs"]
    );
}

#[tokio::test]
async fn a_seed_document_makes_schemas_and_datasets() {
    let world = World::new().await;
    let document = json!({
        "fieldGroups": [{"type": "object", "title": "Weather Details", "description": "",
            "meta:intendedToExtend": ["https://ns.adobe.com/xdm/context/experienceevent"],
            "properties": {"_local": {"type": "object", "properties": {"celsius": {"type": "number"}}}}}],
        "schemas": [{"type": "object", "title": "Weather", "description": "",
            "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/experienceevent"}, {"title": "Weather Details"}]}],
        "datasets": [{"name": "Weather", "schema": "Weather"}],
    });
    let seed = || send(world.bare("POST", &format!("{ADMIN}/seed")).json(&document));
    let made = seed().await.expect(201);
    assert_eq!(
        world.dataset("Weather").await,
        made["datasets"][0].as_str().unwrap()
    );
    // The same checks as the services': all or nothing.
    seed().await.expect(400);
    let found = world
        .get(&format!("{CATALOG}/dataSets?name=Weather"))
        .await
        .expect(200);
    assert_eq!(found.as_object().unwrap().len(), 1);
    send(
        world
            .bare("POST", &format!("{ADMIN}/seed"))
            .json(&json!({"dataset": []})),
    )
    .await
    .expect(400);
}

#[tokio::test]
async fn reset_brings_the_first_day_back() {
    let mut world = World::new().await;
    let id = world.dataset("Loyalty Members").await;
    send(world.request("DELETE", &format!("{CATALOG}/dataSets/{id}")))
        .await
        .expect(200);
    world.emulator.clock().advance(Duration::from_mins(1));
    send(world.bare("POST", &format!("{ADMIN}/reset")))
        .await
        .expect(200);
    assert_eq!(world.emulator.clock().offset_ms(), 0);
    world.get(&format!("{CATALOG}/dataSets")).await.expect(401);
    world.token = world.new_token().await;
    assert_eq!(world.dataset("Loyalty Members").await, id);
}

#[tokio::test]
async fn stop_answers_and_then_ends_the_server() {
    let mut world = World::new().await;
    send(world.bare("POST", &format!("{ADMIN}/stop")))
        .await
        .expect(202);
    world.emulator.ended().await;
    assert!(
        world
            .bare("GET", &format!("{ADMIN}/status"))
            .send()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn state_outlives_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let id = world.dataset("Loyalty Members").await;
    let patch = json!({"description": "kept"});
    send(
        world
            .request("PATCH", &format!("{CATALOG}/dataSets/{id}"))
            .json(&patch),
    )
    .await
    .expect(200);
    world.emulator.clock().advance(Duration::from_secs(5));
    let clock = send(
        world
            .bare("POST", &format!("{ADMIN}/clock"))
            .json(&json!({"advanceMs": 1000})),
    )
    .await
    .expect(200);
    let rule = json!({"operation": "listBatches", "fault": {"delay": {"ms": 1}}});
    send(world.bare("POST", &format!("{ADMIN}/faults")).json(&rule))
        .await
        .expect(201);
    let token = world.token.clone();
    world.emulator.stop().await;

    let mut world = World::with(Emulator::builder().data_dir(dir.path())).await;
    assert_eq!(json!(world.emulator.clock().offset_ms()), clock["offsetMs"]);
    assert_eq!(world.emulator.faults().list().len(), 1);
    // Tokens too: a client keeps working across a restart.
    world.token = token;
    let found = world
        .get(&format!("{CATALOG}/dataSets/{id}"))
        .await
        .expect(200);
    assert_eq!(found[&id]["description"], "kept");
}

#[tokio::test]
async fn an_unseeded_emulator_has_the_core_only() {
    let world = World::with(Emulator::builder().seed(false)).await;
    assert_eq!(
        world.get(&format!("{CATALOG}/dataSets")).await.expect(200),
        json!({})
    );
    let classes = world.request("GET", "/data/foundation/schemaregistry/global/classes");
    let classes = send(classes.header("accept", "application/vnd.adobe.xed-id+json"))
        .await
        .expect(200);
    assert_eq!(classes["_page"]["count"], 2);
}
