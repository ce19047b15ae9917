//! Sandbox management (catalog-access-schema.md 8).

use std::time::Duration;

use serde_json::json;

use crate::support::{CATALOG, World, send};

const BASE: &str = "/data/foundation/sandbox-management";

#[tokio::test]
async fn the_two_seeded_sandboxes_are_of_type_development() {
    let world = World::new().await;
    for path in [format!("{BASE}/"), format!("{BASE}/sandboxes")] {
        let answer = world.get(&path).await.expect(200);
        let found = answer["sandboxes"].as_array().unwrap();
        assert_eq!(
            found.iter().map(|one| &one["name"]).collect::<Vec<_>>(),
            ["prod", "dev"]
        );
        assert!(
            found
                .iter()
                .all(|one| one["type"] == "development" && one["state"] == "active")
        );
        assert_eq!(
            (&found[0]["isDefault"], &found[1]["isDefault"]),
            (&json!(true), &json!(false))
        );
        assert!(
            found
                .iter()
                .all(|one| one.get("id").is_none() && one["eTag"].is_number())
        );
        assert_eq!(answer["_page"]["count"], 2);
        assert_eq!(answer["_links"]["page"]["templated"], true);
    }
    assert_eq!(
        world
            .get(&format!("{BASE}/sandboxes/dev"))
            .await
            .expect(200)["title"],
        "Development"
    );
    let missing = world
        .get(&format!("{BASE}/sandboxes/none"))
        .await
        .expect(404);
    assert!(
        missing["type"]
            .as_str()
            .unwrap()
            .starts_with("http://ns.adobe.com/aep/errors/SMS-")
    );
    let types = world.get(&format!("{BASE}/sandboxTypes")).await.expect(200);
    assert_eq!(
        types,
        json!({"sandboxTypes": ["production", "development"]})
    );
}

#[tokio::test]
async fn lists_are_paged_filtered_and_sorted() {
    let world = World::new().await;
    let names = async |query: &str| {
        let answer = world
            .get(&format!("{BASE}/sandboxes?{query}"))
            .await
            .expect(200);
        let names: Vec<String> = answer["sandboxes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().into())
            .collect();
        (names.join(" "), answer["_links"].get("next").is_some())
    };
    assert_eq!(names("limit=1").await, ("prod".into(), true));
    assert_eq!(names("limit=1&offset=1").await, ("dev".into(), false));
    assert_eq!(names("property=name==dev").await, ("dev".into(), false));
    assert_eq!(names("orderBy=asc:name").await, ("dev prod".into(), false));
    world
        .get(&format!("{BASE}/sandboxes?limit=0"))
        .await
        .expect(400);
}

#[tokio::test]
async fn json_must_be_acceptable() {
    let world = World::new().await;
    send(
        world
            .request("GET", &format!("{BASE}/"))
            .header("accept", "text/html"),
    )
    .await
    .expect(406);
    send(
        world
            .request("GET", &format!("{BASE}/"))
            .header("accept", "application/json"),
    )
    .await
    .expect(200);
}

#[tokio::test]
async fn a_new_sandbox_becomes_active_after_a_while() {
    let world = World::new().await;
    let body = json!({"name": "qa-1", "title": "QA", "type": "production"});
    let create = || {
        send(
            world
                .request("POST", &format!("{BASE}/sandboxes"))
                .json(&body),
        )
    };
    assert_eq!(create().await.expect(202)["state"], "creating");
    create().await.expect(400);
    let list = format!("{CATALOG}/dataSets");
    let inside = || send(world.request("GET", &list).header("x-sandbox-name", "dev"));
    inside().await.expect(200);
    let request = |name: &str| {
        world
            .bare("GET", &list)
            .bearer_auth(&world.token)
            .header("x-api-key", "local-client")
            .header("x-gw-ims-org-id", "LOCAL@AdobeOrg")
            .header("x-sandbox-name", name)
    };
    send(request("qa-1")).await.expect(404);
    world.emulator.clock().advance(Duration::from_secs(31));
    assert_eq!(send(request("qa-1")).await.expect(200), json!({}));
    assert_eq!(
        world
            .get(&format!("{BASE}/sandboxes/qa-1"))
            .await
            .expect(200)["state"],
        "active"
    );
    for bad in [
        json!({"name": "QA", "title": "t", "type": "development"}),
        json!({"name": "a b", "title": "t", "type": "development"}),
        json!({"name": "qa-2", "title": "t", "type": "other"}),
        json!({"name": "qa-2", "type": "development"}),
    ] {
        send(
            world
                .request("POST", &format!("{BASE}/sandboxes"))
                .json(&bad),
        )
        .await
        .expect(400);
    }
}
