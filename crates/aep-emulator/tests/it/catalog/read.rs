//! Look-ups and lists.

use super::*;

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

    let batch = world.json_batch().await;
    let row = json!({"_id": "1", "_local": {"memberId": "M00000001"}});
    batch.put("one.json", row.to_string()).await;
    batch.finish().await;
    let files = world.get(&format!("{CATALOG}{path}")).await.expect(200);
    let file = &files[format!("{}-1", batch.id)];
    assert_eq!(file["batchId"], batch.id);
    assert_eq!(file["dataSetViewId"], view);
    assert_eq!(file["version"], "1.0.0");
    let same = format!("{CATALOG}/dataSetFiles?dataSetId={id}&batch={}", batch.id);
    assert_eq!(world.get(&same).await.expect(200), files);
    assert_eq!(batch.act("REVERT").await.status, 200);
    assert_eq!(
        world.get(&format!("{CATALOG}{path}")).await.expect(200),
        json!({})
    );
}
