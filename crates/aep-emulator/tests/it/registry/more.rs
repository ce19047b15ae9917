//! Samples, descriptors, unions and stats.

use super::*;

#[tokio::test]
async fn samples_fit_their_schema() {
    let world = World::new().await;
    for title in ["Loyalty Members", "Loyalty Purchases"] {
        let id = schema(&world, title).await["meta:altId"]
            .as_str()
            .unwrap()
            .to_owned();
        let sample = get(&world, &format!("/rpc/sampledata/{id}"), RAW)
            .await
            .expect(200);
        assert!(sample["_id"].is_string() && sample["_local"]["memberId"].is_string());
        assert_eq!(
            sample,
            get(&world, &format!("/rpc/sampledata/{id}"), RAW)
                .await
                .expect(200)
        );
    }
    coded(
        get(&world, "/rpc/sampledata/_local.schemas.none", RAW).await,
        "XDM-1012-404",
    );
}

#[tokio::test]
async fn a_sample_can_be_ingested() {
    let world = World::new().await;
    let made = post(&world, "/tenant/schemas", &tutorial("Sampled"))
        .await
        .expect(201);
    let body = json!({"name": "Sampled", "schemaRef": {"id": made["$id"],
        "contentType": "application/vnd.adobe.xed+json;version=1"}});
    let path = format!("{}/dataSets", crate::support::CATALOG);
    send(world.request("POST", &path).json(&body))
        .await
        .expect(201);
    for title in ["Loyalty Members", "Loyalty Purchases", "Sampled"] {
        let id = schema(&world, title).await["meta:altId"]
            .as_str()
            .unwrap()
            .to_owned();
        let sample = get(&world, &format!("/rpc/sampledata/{id}"), RAW)
            .await
            .expect(200);
        let dataset = world.dataset(title).await;
        let batch = world
            .batch_of(&dataset, json!({"inputFormat": {"format": "json"}}))
            .await;
        batch.put("sample.json", sample.to_string()).await;
        let done = batch.finish().await;
        assert_eq!(done["status"], "success", "{title}: {done} for {sample}");
    }
}

#[tokio::test]
async fn descriptors_are_grouped_by_type() {
    let world = World::new().await;
    let source = schema(&world, "Loyalty Members").await["$id"].clone();
    let body = json!({"@type": "xdm:descriptorIdentity", "xdm:sourceSchema": source, "xdm:sourceVersion": 1,
        "xdm:sourceProperty": "/personalEmail/address", "xdm:namespace": "Email", "xdm:property": "xdm:code",
        "xdm:isPrimary": true});
    let made = post(&world, "/tenant/descriptors", &body).await.expect(201);
    let id = made["@id"].as_str().unwrap();
    coded(
        post(&world, "/tenant/descriptors", &body).await,
        "XDM-1811-400",
    );
    let mut other = body.clone();
    other["xdm:sourceProperty"] = json!("/_local/memberId");
    other["xdm:namespace"] = json!("NoSuch");
    coded(
        post(&world, "/tenant/descriptors", &other).await,
        "XDM-1810-400",
    );
    let list = get(
        &world,
        "/tenant/descriptors",
        "application/vnd.adobe.xdm-id+json",
    )
    .await
    .expect(200);
    assert_eq!(list, json!({"xdm:descriptorIdentity": [id]}));
    let list = get(
        &world,
        "/tenant/descriptors",
        "application/vnd.adobe.xdm-link+json",
    )
    .await
    .expect(200);
    assert_eq!(
        list["xdm:descriptorIdentity"][0],
        format!("/tenant/descriptors/{id}")
    );
    let list = get(
        &world,
        "/tenant/descriptors",
        "application/vnd.adobe.xdm+json",
    )
    .await
    .expect(200);
    assert_eq!(list["xdm:descriptorIdentity"][0]["xdm:namespace"], "Email");
    let path = format!("{BASE}/tenant/descriptors/{id}");
    world.get(&path).await.expect(200);
    send(world.request("PUT", &path).json(&body))
        .await
        .expect(200);
    let alt = schema(&world, "Loyalty Members").await["meta:altId"]
        .as_str()
        .unwrap()
        .to_owned();
    let accept = "application/vnd.adobe.xed-full-desc+json; version=1";
    let described = get(&world, &format!("/tenant/schemas/{alt}"), accept)
        .await
        .expect(200);
    assert_eq!(described["meta:descriptors"][0]["@id"], id);
    send(world.request("DELETE", &path)).await.expect(204);
    coded(world.get(&path).await, "XDM-1014-404");
}

#[tokio::test]
async fn stats_and_unions_look_at_the_tenant() {
    let world = World::new().await;
    let stats = world.get(&format!("{BASE}/stats")).await.expect(200);
    assert_eq!(
        (&stats["tenantId"], &stats["imsOrg"]),
        (&json!("local"), &json!("LOCAL@AdobeOrg"))
    );
    assert_eq!(
        (&stats["counts"]["schemas"], &stats["counts"]["unions"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        stats["classUsage"]["https://ns.adobe.com/xdm/context/profile"],
        1
    );
    let union = "/tenant/unions/_xdm.context.profile__union";
    coded(get(&world, union, FULL).await, "XDM-1015-404");
    let id = schema(&world, "Loyalty Members").await["meta:altId"]
        .as_str()
        .unwrap()
        .to_owned();
    let tag = json!([{"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]);
    send(
        world
            .request("PATCH", &format!("{BASE}/tenant/schemas/{id}"))
            .json(&tag),
    )
    .await
    .expect(200);
    let full = get(&world, union, FULL).await.expect(200);
    assert_eq!(
        full["properties"]["_local"]["properties"]["tier"]["type"],
        "string"
    );
    assert_eq!(
        get(&world, "/tenant/unions", IDS).await.expect(200)["_page"]["count"],
        1
    );
}
