//! What the registry takes and refuses.

use super::*;

#[tokio::test]
async fn the_tutorials_schema_can_be_made_changed_and_deleted() {
    let world = World::new().await;
    let made = post(&world, "/tenant/schemas", &tutorial("Sample Demo Profile"))
        .await
        .expect(201);
    let id = made["$id"].as_str().unwrap();
    assert_eq!(
        id.strip_prefix("https://ns.adobe.com/local/schemas/")
            .unwrap()
            .len(),
        48
    );
    assert_eq!(made["version"], "1.0");
    assert_eq!(made["meta:resourceType"], "schemas");
    assert_eq!(made["refs"].as_array().unwrap().len(), 6);
    assert_eq!(made["allOf"][0]["meta:xdmType"], "object");
    let extends = made["meta:extends"].as_array().unwrap();
    assert!(extends.contains(&json!("https://ns.adobe.com/xdm/data/record")));
    assert!(extends.contains(&json!("https://ns.adobe.com/xdm/common/auditable")));
    assert_eq!(
        made["meta:registryMetadata"]["eTag"]
            .as_str()
            .unwrap()
            .len(),
        64
    );
    coded(
        post(&world, "/tenant/schemas", &tutorial("Sample Demo Profile")).await,
        "XDM-1521-400",
    );
    coded(
        post(
            &world,
            "/tenant/schemas",
            &tutorial("Loyalty Member Details"),
        )
        .await,
        "XDM-1521-400",
    );

    let path = format!("{BASE}/tenant/schemas/{}", encoded(id));
    let patch = json!([{"op": "replace", "path": "/title", "value": "Renamed"},
        {"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]);
    let patched = send(world.request("PATCH", &path).json(&patch))
        .await
        .expect(200);
    assert_eq!(
        (&patched["title"], &patched["version"], &patched["$id"]),
        (&json!("Renamed"), &json!("1.1"), &json!(id))
    );
    send(
        world
            .request("PATCH", &path)
            .json(&json!([{"op": "remove", "path": "/none"}])),
    )
    .await
    .expect(400);
    let put = send(world.request("PUT", &path).json(&tutorial("Again")))
        .await
        .expect(200);
    assert_eq!(
        (&put["title"], &put["version"]),
        (&json!("Again"), &json!("1.2"))
    );
    send(world.request("DELETE", &path)).await.expect(204);
    coded(send(world.request("DELETE", &path)).await, "XDM-1012-404");
}

#[tokio::test]
async fn a_bad_schema_is_refused() {
    let world = World::new().await;
    let change = |pointer: &str, value: Value| {
        let mut body = tutorial("Bad");
        if value.is_null() {
            body.as_object_mut().unwrap().remove(pointer);
        } else {
            body[pointer] = value;
        }
        body
    };
    let profile = json!({"$ref": "https://ns.adobe.com/xdm/context/profile"});
    let event = json!({"$ref": "https://ns.adobe.com/xdm/context/experienceevent"});
    for body in [
        change("title", Value::Null),
        change("type", json!("string")),
        change("description", Value::Null),
        change("allOf", Value::Null),
        change("allOf", json!([])),
        change("allOf", json!([profile, event])),
        change(
            "allOf",
            json!([profile, {"$ref": "https://ns.adobe.com/xdm/context/none"}]),
        ),
        change("allOf", json!([event])),
        change("properties", json!({"mine": {"type": "string"}})),
        json!([]),
    ] {
        post(&world, "/tenant/schemas", &body).await.expect(400);
    }
    // The type alone may be left out, as the published Python client does: there is only one.
    let untyped = post(&world, "/tenant/schemas", &change("type", Value::Null)).await;
    assert_eq!(untyped.expect(201)["type"], "object");
    post(&world, "/global/schemas", &tutorial("Global"))
        .await
        .expect(405);
}

#[tokio::test]
async fn custom_fields_sit_below_the_tenants_namespace() {
    let world = World::new().await;
    let made = post(
        &world,
        "/tenant/fieldgroups",
        &group("Mine", &json!({"size": {"type": "integer"}})),
    )
    .await
    .expect(201);
    assert!(
        made["$id"]
            .as_str()
            .unwrap()
            .starts_with("https://ns.adobe.com/local/mixins/")
    );
    let id = made["meta:altId"].as_str().unwrap();
    get(&world, &format!("/tenant/mixins/{id}"), RAW)
        .await
        .expect(200);
    let mut bad = group("Bad", &json!({}));
    bad["definitions"]["customFields"]["properties"] = json!({"size": {"type": "integer"}});
    coded(
        post(&world, "/tenant/fieldgroups", &bad).await,
        "XDM-1020-400",
    );
    coded(
        post(
            &world,
            "/tenant/mixins",
            &group("Bad", &json!({"1st": {"type": "string"}})),
        )
        .await,
        "XDM-1021-400",
    );
    post(
        &world,
        "/tenant/mixins",
        &group("Bad", &json!({"a": {"type": "text"}})),
    )
    .await
    .expect(400);
    let mut unbound = group("Bad", &json!({}));
    unbound
        .as_object_mut()
        .unwrap()
        .remove("meta:intendedToExtend");
    post(&world, "/tenant/mixins", &unbound).await.expect(400);

    let mut body = tutorial("With mine");
    body["allOf"]
        .as_array_mut()
        .unwrap()
        .push(json!({"$ref": made["$id"]}));
    let schema = post(&world, "/tenant/schemas", &body).await.expect(201);
    let alt = schema["meta:altId"].as_str().unwrap();
    let full = get(&world, &format!("/tenant/schemas/{alt}"), FULL)
        .await
        .expect(200);
    assert_eq!(
        full["properties"]["_local"]["properties"]["size"]["meta:xdmType"],
        "int"
    );
    // What is in use stays.
    send(world.request("DELETE", &format!("{BASE}/tenant/mixins/{id}")))
        .await
        .expect(400);
    let export = get(&world, &format!("/rpc/export/{alt}"), RAW)
        .await
        .expect(200);
    let kinds: Vec<_> = export
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["meta:resourceType"].clone())
        .collect();
    assert_eq!(kinds, ["mixins", "schemas"]);
}

#[tokio::test]
async fn a_schema_with_data_may_only_grow() {
    let world = World::new().await;
    let dataset = world.dataset("Loyalty Members").await;
    let batch =
        json!({"status": "success", "relatedObjects": [{"type": "dataSet", "id": dataset}]});
    send(
        world
            .request("POST", "/data/foundation/catalog/batches")
            .json(&batch),
    )
    .await
    .expect(201);
    let groups = get(
        &world,
        "/tenant/fieldgroups?property=title==Loyalty%20Member%20Details",
        IDS,
    )
    .await
    .expect(200);
    let path = format!(
        "{BASE}/tenant/fieldgroups/{}",
        groups["results"][0]["meta:altId"].as_str().unwrap()
    );
    let field = "/definitions/customFields/properties/_local/properties";
    let patch = async |operation: Value| {
        send(world.request("PATCH", &path).json(&json!([operation]))).await
    };
    patch(json!({"op": "add", "path": format!("{field}/shoeSize"), "value": {"type": "integer"}}))
        .await
        .expect(200);
    coded(
        patch(json!({"op": "remove", "path": format!("{field}/tier")})).await,
        "XDM-1413-400",
    );
    let retyped =
        json!({"op": "replace", "path": format!("{field}/points"), "value": {"type": "string"}});
    coded(patch(retyped).await, "XDM-1413-400");
    let id = schema(&world, "Loyalty Members").await["meta:altId"]
        .as_str()
        .unwrap()
        .to_owned();
    send(world.request("DELETE", &format!("{BASE}/tenant/schemas/{id}")))
        .await
        .expect(400);
}
