//! Batches made in Catalog itself.

use super::*;

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
