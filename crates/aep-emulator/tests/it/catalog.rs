//! Catalog (catalog-access-schema.md 1 to 3).

use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::support::{Answer, CATALOG, World, send};

async fn schema(world: &World) -> String {
    let id = world.dataset("Loyalty Members").await;
    let found = world
        .get(&format!("{CATALOG}/dataSets/{id}"))
        .await
        .expect(200);
    found[&id]["schemaRef"]["id"].as_str().unwrap().to_owned()
}

async fn create(world: &World, body: &Value) -> Answer {
    send(
        world
            .request(
                "POST",
                &format!("{CATALOG}/dataSets?requestDataSource=true"),
            )
            .json(body),
    )
    .await
}

async fn new_dataset(world: &World, name: &str) -> String {
    let body = json!({"name": name, "schemaRef": {"id": schema(world).await,
        "contentType": "application/vnd.adobe.xed-full-notext+json; version=1"}, "fileDescription": {"format": "parquet"}});
    let made = create(world, &body).await.expect(201);
    made[0]
        .as_str()
        .unwrap()
        .strip_prefix("@/dataSets/")
        .unwrap()
        .to_owned()
}

async fn one(world: &World, id: &str) -> Value {
    world
        .get(&format!("{CATALOG}/dataSets/{id}"))
        .await
        .expect(200)[id]
        .clone()
}

fn with(name: &'static str, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())])
}

#[tokio::test]
async fn the_seeded_datasets_are_listed_by_id() {
    let world = World::new().await;
    let id = world.dataset("Loyalty Members").await;
    assert_eq!(id.len(), 24);
    let answer = world.get(&format!("{CATALOG}/dataSets/{id}")).await;
    assert_eq!(answer.header("etag"), Some("1.0.0"));
    let found = &answer.json()[&id];
    assert_eq!(found["name"], "Loyalty Members");
    let view = found["viewId"].as_str().unwrap();
    assert_eq!(
        found["files"],
        format!("@/dataSets/{id}/views/{view}/files")
    );
    assert_eq!(found["tags"]["adobe/pqs/table"], json!(["loyalty_members"]));
    // `datasets` is a spelling some clients use.
    world
        .get(&format!("{CATALOG}/datasets/{id}"))
        .await
        .expect(200);
}

#[tokio::test]
async fn missing_objects_are_not_found_alone_and_absent_in_company() {
    let world = World::new().await;
    let id = world.dataset("Loyalty Members").await;
    let missing = world
        .get(&format!("{CATALOG}/dataSets/000000000000000000000000"))
        .await
        .expect(404);
    assert_eq!(
        (missing["title"].as_str(), missing["status"].as_u64()),
        (Some("NotFoundError"), Some(404))
    );
    assert_eq!(missing["type"], "/placeholder/type/uri");
    world
        .get(&format!("{CATALOG}/batches/01KQ3W8Z5T7M1V9X2B4C6D8E0F"))
        .await
        .expect(404);
    world
        .get(&format!("{CATALOG}/batch/01KQ3W8Z5T7M1V9X2B4C6D8E0F"))
        .await
        .expect(404);
    let some = world
        .get(&format!("{CATALOG}/dataSets/000000000000000000000000,{id}"))
        .await
        .expect(200);
    assert_eq!(some.as_object().unwrap().keys().collect::<Vec<_>>(), [&id]);
    world
        .get(&format!("{CATALOG}/xdms/context/person"))
        .await
        .expect(404);
}

#[tokio::test]
async fn lists_are_filtered_sorted_cut_and_projected() {
    let world = World::new().await;
    let keys = async |query: &str| {
        let answer = world
            .get(&format!("{CATALOG}/dataSets?{query}"))
            .await
            .expect(200);
        let names = answer
            .as_object()
            .unwrap()
            .values()
            .map(|found| found["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(
        keys("orderBy=desc:name").await,
        ["Loyalty Purchases", "Loyalty Members"]
    );
    assert_eq!(
        keys("sort=asc:name&limit=1&start=1").await,
        ["Loyalty Purchases"]
    );
    assert_eq!(
        keys("name=Loyalty*,x&property=name~Mem").await,
        ["Loyalty Members"]
    );
    let answer = world
        .get(&format!("{CATALOG}/dataSets?properties=name,nothing"))
        .await
        .expect(200);
    assert!(
        answer
            .as_object()
            .unwrap()
            .values()
            .all(|found| found.as_object().unwrap().len() == 1)
    );
    assert_eq!(
        world
            .get(&format!("{CATALOG}/dataSets?limit=0"))
            .await
            .expect(400)["title"],
        "BadRequestError"
    );
    world
        .get(&format!("{CATALOG}/dataSets?limit=101"))
        .await
        .expect(400);
}

#[tokio::test]
async fn limits_may_come_as_headers_and_the_query_wins() {
    let world = World::new().await;
    let count = async |query: &str| {
        let request = world
            .request("GET", &format!("{CATALOG}/dataSets{query}"))
            .header("limit", "1");
        send(request).await.expect(200).as_object().unwrap().len()
    };
    assert_eq!(count("").await, 1);
    assert_eq!(count("?limit=2").await, 2);
}

#[tokio::test]
async fn a_dataset_is_created_with_its_place_and_the_platforms_own_fields() {
    let world = World::new().await;
    let body = json!({"name": "Cities", "description": "demo", "schemaRef": {"id": schema(&world).await,
        "contentType": "application/vnd.adobe.xed+json;version=1"}, "tags": {"unifiedProfile": ["enabled:true"]}});
    let answer = create(&world, &body).await;
    assert_eq!(answer.status, 201);
    let made = answer.json();
    let id = made[0]
        .as_str()
        .unwrap()
        .strip_prefix("@/dataSets/")
        .unwrap();
    assert!(
        answer
            .header("location")
            .unwrap()
            .ends_with(&format!("/data/foundation/catalog/dataSets/{id}"))
    );
    let found = one(&world, id).await;
    assert_eq!(found["version"], "1.0.0");
    assert_eq!(found["imsOrg"], "LOCAL@AdobeOrg");
    assert_eq!(found["tags"]["unifiedProfile"], json!(["enabled:true"]));
    assert_eq!(
        found["tags"]["adobe/siphon/table/format"],
        json!(["parquet"])
    );
    assert_eq!(found["schemaRef"], body["schemaRef"]);
    // A sandbox does not see the datasets of another.
    let other = world.request("GET", &format!("{CATALOG}/dataSets/{id}"));
    let mut other = other.build().unwrap();
    other
        .headers_mut()
        .insert("x-sandbox-name", HeaderValue::from_static("prod"));
    assert_eq!(world.http.execute(other).await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_bad_dataset_is_refused() {
    let world = World::new().await;
    let schema = schema(&world).await;
    let good = json!({"name": "x", "schemaRef": {"id": schema, "contentType": "application/vnd.adobe.xed+json;version=1"}});
    for (pointer, value) in [
        ("/name", json!("")),
        (
            "/schemaRef/id",
            json!("https://ns.adobe.com/local/schemas/none"),
        ),
        (
            "/schemaRef/id",
            json!("https://ns.adobe.com/xdm/context/profile"),
        ),
        ("/schemaRef/contentType", json!("application/json")),
        ("/schemaRef", Value::Null),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert_eq!(
            create(&world, &bad).await.expect(400)["title"],
            "BadRequestError",
            "{bad}"
        );
    }
    for (key, value) in [
        ("tags", json!({"a": "b"})),
        ("fileDescription", json!({"format": "xls"})),
    ] {
        let mut bad = good.clone();
        bad[key] = value;
        create(&world, &bad).await.expect(400);
    }
    let dry = send(
        world
            .request("POST", &format!("{CATALOG}/dataSets"))
            .header("pragma", "validate-only")
            .json(&good),
    );
    assert_eq!(dry.await.expect(200), json!([]));
    assert_eq!(
        world
            .get(&format!("{CATALOG}/dataSets?name=x"))
            .await
            .expect(200),
        json!({})
    );
}

#[tokio::test]
async fn a_plain_patch_of_tags_replaces_them_and_must_keep_the_table_format() {
    let world = World::new().await;
    let id = new_dataset(&world, "patched").await;
    let path = format!("{CATALOG}/dataSets/{id}");
    let patch = async |body: Value| send(world.request("PATCH", &path).json(&body)).await;
    assert_eq!(
        patch(json!({"description": "new"})).await.expect(200),
        json!([format!("@/dataSets/{id}")])
    );
    let found = one(&world, &id).await;
    assert_eq!(
        (&found["version"], &found["description"]),
        (&json!("1.0.1"), &json!("new"))
    );
    let refused = patch(json!({"tags": {"mine": ["a"]}})).await.expect(422);
    assert_eq!(refused["title"], "UnprocessableEntity");
    patch(json!({"tags": {"mine": ["a"], "adobe/siphon/table/format": ["parquet"]}}))
        .await
        .expect(200);
    let found = one(&world, &id).await;
    assert_eq!(
        found["tags"],
        json!({"mine": ["a"], "adobe/siphon/table/format": ["parquet"]})
    );
    // What only Catalog writes stays, whatever is sent.
    patch(json!({"version": "9.9.9", "imsOrg": "OTHER", "viewId": "x"}))
        .await
        .expect(200);
    let after = one(&world, &id).await;
    assert_eq!(
        (&after["version"], &after["viewId"]),
        (&json!("1.0.3"), &found["viewId"])
    );
}

#[tokio::test]
async fn a_json_patch_needs_its_media_type() {
    let world = World::new().await;
    let id = new_dataset(&world, "json patched").await;
    let path = format!("{CATALOG}/dataSets/{id}");
    let operations = json!([{"op": "add", "path": "/tags/unifiedProfile", "value": ["enabled:true", "isUpsert:true"]},
        {"op": "add", "path": "/tags/unifiedIdentity", "value": ["enabled:true"]}]);
    let patch = |media: &'static str, body: &Value| {
        send(
            world
                .request("PATCH", &path)
                .header("content-type", media)
                .body(body.to_string()),
        )
    };
    patch("application/json", &operations).await.expect(400);
    patch("application/json-patch+json", &json!({"name": "x"}))
        .await
        .expect(400);
    patch("application/merge-patch+json", &json!({"name": "x"}))
        .await
        .expect(415);
    patch("application/json-patch+json", &operations)
        .await
        .expect(200);
    let tags = one(&world, &id).await["tags"].clone();
    assert_eq!(
        tags["unifiedProfile"],
        json!(["enabled:true", "isUpsert:true"])
    );
    assert_eq!(tags["adobe/siphon/table/format"], json!(["parquet"]));
    let remove = json!([{"op": "remove", "path": "/tags/adobe~1siphon~1table~1format"}]);
    patch("application/json-patch+json", &remove)
        .await
        .expect(422);
    patch(
        "application/json-patch+json",
        &json!([{"op": "remove", "path": "/tags/none"}]),
    )
    .await
    .expect(400);
}

#[tokio::test]
async fn the_second_version_of_patch_merges_nested_objects() {
    let world = World::new().await;
    let id = new_dataset(&world, "nested").await;
    let path = format!("{CATALOG}/v2/dataSets/{id}");
    let ttl = |value: &str| json!({"extensions": {"adobe_lakeHouse": {"rowExpiration": {"ttlValue": value}}}});
    send(world.request("PATCH", &path).json(&ttl("P3Y")))
        .await
        .expect(200);
    send(world.request("PATCH", &path).json(&ttl("three years")))
        .await
        .expect(400);
    let found = one(&world, &id).await;
    assert_eq!(
        found["extensions"]["adobe_lakeHouse"]["rowExpiration"]["ttlValue"],
        "P3Y"
    );
    assert_eq!(
        found["tags"]["adobe/siphon/table/format"],
        json!(["parquet"])
    );
}

#[tokio::test]
async fn conditions_compare_with_the_version() {
    let world = World::new().await;
    let id = new_dataset(&world, "conditional").await;
    let path = format!("{CATALOG}/dataSets/{id}");
    let patch = |headers: HeaderMap| {
        send(
            world
                .request("PATCH", &path)
                .headers(headers)
                .json(&json!({"description": "x"})),
        )
    };
    patch(with("if-match", "1.0.0")).await.expect(200);
    let stale = patch(with("if-match", "1.0.0")).await.expect(412);
    assert_eq!(stale["status"], 412);
    patch(with("if-none-match", "1.0.1")).await.expect(412);
    patch(with("pragma", "validate-only")).await.expect(200);
    assert_eq!(one(&world, &id).await["version"], "1.0.1");
    send(world.request("DELETE", &path).header("if-match", "1.0.7"))
        .await
        .expect(412);
}

#[tokio::test]
async fn put_replaces_and_delete_removes() {
    let world = World::new().await;
    let id = new_dataset(&world, "replaced").await;
    let path = format!("{CATALOG}/dataSets/{id}");
    let mut whole = one(&world, &id).await;
    whole["name"] = json!("renamed");
    whole.as_object_mut().unwrap().remove("state");
    send(world.request("PUT", &path).json(&whole))
        .await
        .expect(200);
    let found = one(&world, &id).await;
    assert_eq!(
        (&found["name"], found.get("state")),
        (&json!("renamed"), None)
    );
    let gone = send(world.request("DELETE", &path)).await.expect(200);
    assert_eq!(gone, json!([format!("@/dataSets/{id}")]));
    assert_eq!(
        send(world.request("DELETE", &path)).await.expect(404)["title"],
        "NotFoundError"
    );
    world.get(&path).await.expect(404);
}

#[tokio::test]
async fn batches_of_catalogs_own_are_marked_and_found() {
    let world = World::new().await;
    let dataset = world.dataset("Loyalty Members").await;
    let post = async |body: Value| {
        send(
            world
                .request("POST", &format!("{CATALOG}/batches"))
                .json(&body),
        )
        .await
    };
    post(json!({})).await.expect(400);
    post(json!({"status": "finished"})).await.expect(400);
    let mut ids = Vec::new();
    for status in ["success", "failure", "processing"] {
        let body =
            json!({"status": status, "relatedObjects": [{"type": "dataSet", "id": dataset}]});
        let made = post(body).await.expect(201);
        ids.push(
            made[0]
                .as_str()
                .unwrap()
                .strip_prefix("@/batches/")
                .unwrap()
                .to_owned(),
        );
    }
    let keys = async |query: &str| {
        let answer = world
            .get(&format!("{CATALOG}/batches?{query}"))
            .await
            .expect(200);
        answer
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(&format!("dataSet={dataset}&orderBy=asc:created")).await,
        ids
    );
    assert_eq!(keys("status=active").await, ids[..1]);
    assert_eq!(keys("status=!failure,success").await, ids[2..]);
    assert_eq!(keys(&format!("batch={}", ids[1])).await, ids[1..2]);
    assert_eq!(keys("dataSet=none").await, [""; 0]);
    let uniques = world
        .get(&format!("{CATALOG}/batches/uniques/status"))
        .await
        .expect(200);
    assert_eq!(uniques, json!(["success", "failure", "processing"]));
    let last = world
        .get(&format!("{CATALOG}/lastBatches?dataSetId={dataset}"))
        .await
        .expect(200);
    assert_eq!(last[&dataset]["lastSuccessfulBatchId"], ids[0]);
    assert_eq!(last[&dataset]["lastFailedBatchId"], ids[1]);
    let path = format!("{CATALOG}/batches/{}", ids[2]);
    send(
        world
            .request("PATCH", &path)
            .json(&json!({"status": "success"})),
    )
    .await
    .expect(200);
    let found = world.get(&path).await.expect(200)[&ids[2]].clone();
    assert_eq!(
        (&found["status"], &found["version"]),
        (&json!("success"), &json!("1.0.1"))
    );
    send(world.request("DELETE", &path)).await.expect(200);
    world.get(&path).await.expect(404);
}

#[tokio::test]
async fn views_name_the_files_of_finished_batches() {
    let world = World::new().await;
    let id = world.dataset("Loyalty Members").await;
    let found = one(&world, &id).await;
    let view = found["viewId"].as_str().unwrap();
    let views = world
        .get(&format!("{CATALOG}/dataSets/{id}/views"))
        .await
        .expect(200);
    assert!(views.get(view).is_some());
    world
        .get(&format!("{CATALOG}/dataSets/{id}/views/{view}"))
        .await
        .expect(200);
    let path = found["files"].as_str().unwrap().trim_start_matches('@');
    assert_eq!(
        world.get(&format!("{CATALOG}{path}")).await.expect(200),
        json!({})
    );
    world
        .get(&format!("{CATALOG}/dataSets/{id}/views/none/files"))
        .await
        .expect(404);
    assert_eq!(
        world
            .get(&format!("{CATALOG}/dataSetFiles?dataSetId={id}"))
            .await
            .expect(200),
        json!({})
    );
}
