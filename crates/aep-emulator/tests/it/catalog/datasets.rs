//! Changes of datasets.

use super::*;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_at_the_same_time_all_land() {
    let world = World::new().await;
    let schema = schema(&world).await;
    let writes = (0..80).map(|n| {
        let body = json!({"name": format!("at once {n}"), "schemaRef": {"id": schema,
            "contentType": "application/vnd.adobe.xed+json;version=1"}});
        let request = world
            .request("POST", &format!("{CATALOG}/dataSets"))
            .json(&body);
        tokio::spawn(async move { send(request).await.status })
    });
    for write in writes.collect::<Vec<_>>() {
        assert_eq!(write.await.unwrap(), 201);
    }
    let found = world
        .get(&format!("{CATALOG}/dataSets?name=at%20once*&limit=100"))
        .await
        .expect(200);
    assert_eq!(found.as_object().unwrap().len(), 80);
}
