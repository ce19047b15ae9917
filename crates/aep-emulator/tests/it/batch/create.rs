//! `POST /batches`.

use serde_json::json;

use super::IMPORT;
use crate::support::{CATALOG, World, send};

#[tokio::test]
async fn the_answer_has_the_published_shape() {
    let world = World::new().await;
    let dataset = world.dataset(super::MEMBERS).await;
    let body = json!({
        "datasetId": dataset, "inputFormat": {"format": "JSON", "isMultiLineJson": true}, "externalId": "load-1",
        "partialIngestionPercent": 5, "tags": {"aep_sip_mapper": ["mapping-set-id:1"]},
    });
    let made = world
        .post(&format!("{IMPORT}/batches"), &body)
        .await
        .expect(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!(id.len(), 26);
    for (key, wanted) in [
        ("imsOrg", json!("LOCAL@AdobeOrg")),
        ("status", json!("loading")),
        ("version", json!("1.0.0")),
        ("created", json!(0)),
        ("updated", json!(0)),
        (
            "relatedObjects",
            json!([{"type": "dataSet", "id": dataset}]),
        ),
    ] {
        assert_eq!(made[key], wanted, "{key}");
    }
    let stored = world.catalog_batch(id).await;
    assert!(stored["created"].as_i64().unwrap() > 1_600_000_000_000);
    assert_eq!(stored["externalId"], "load-1");
    assert_eq!(
        stored["inputFormat"],
        json!({"format": "json", "isMultiLineJson": true})
    );
    assert_eq!(
        stored["tags"],
        json!({"aep_sip_mapper": ["mapping-set-id:1"], "acp_enableErrorDiagnostics": true, "acp_partialIngestionPercent": 5})
    );
    let again = world.post(&format!("{IMPORT}/batches"), &body).await;
    assert_eq!(
        again.status, 400,
        "an external id is unique: {}",
        again.text
    );
    let found = world
        .get(&format!("{CATALOG}/batches?externalId=load-1"))
        .await
        .expect(200);
    assert_eq!(found.as_object().unwrap().keys().collect::<Vec<_>>(), [id]);
}

#[tokio::test]
async fn bad_bodies_are_refused() {
    let world = World::new().await;
    let dataset = world.dataset(super::MEMBERS).await;
    let with = |extra: serde_json::Value| {
        let mut body = json!({"datasetId": dataset, "inputFormat": {"format": "json"}});
        body.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        body
    };
    for (body, status) in [
        (json!({}), 400),
        (json!([]), 400),
        (json!({"datasetId": 7}), 400),
        (json!({"dataSetId": dataset}), 400),
        (
            json!({"datasetId": "0123456789abcdef01234567", "inputFormat": {"format": "json"}}),
            404,
        ),
        (with(json!({"inputFormat": {"format": "avro"}})), 400),
        (with(json!({"inputFormat": {}})), 400),
        (
            with(json!({"inputFormat": {"format": "csv", "header": false}})),
            400,
        ),
        (with(json!({"partialIngestionPercent": 0})), 400),
        (with(json!({"partialIngestionPercent": 101})), 400),
        (with(json!({"partialIngestionPercent": "5"})), 400),
        (with(json!({"enableErrorDiagnostics": "yes"})), 400),
        (with(json!({"tags": {"a": "b"}})), 400),
        (with(json!({"externalId": 1})), 400),
        (with(json!({"replay": {}})), 400),
        (
            with(json!({"replay": {"predecessors": ["01KQ3W8Z5T7M1V9X2B4C6D8E0F"]}})),
            400,
        ),
        (with(json!({"partialIngestionPercentage": 10})), 201),
        (json!({"datasetId": dataset}), 201),
    ] {
        let answer = world.post(&format!("{IMPORT}/batches"), &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        if status == 400 {
            assert_eq!(answer.json()["title"], "BadRequestError");
        }
    }
    let raw = |media: Option<&str>, body: &'static str| {
        let request = world
            .request("POST", &format!("{IMPORT}/batches"))
            .body(body);
        media.map_or_else(
            || {
                world
                    .request("POST", &format!("{IMPORT}/batches"))
                    .body(body)
            },
            |media| request.header("content-type", media),
        )
    };
    assert_eq!(
        send(raw(Some("application/json"), "{\"datasetId\":"))
            .await
            .status,
        400
    );
    assert_eq!(send(raw(None, "{}")).await.status, 400);
    assert_eq!(send(raw(Some("text/plain"), "{}")).await.status, 415);
}

#[tokio::test]
async fn only_post_is_known() {
    let world = World::new().await;
    for method in ["GET", "PATCH", "PUT", "DELETE"] {
        let answer = send(world.request(method, &format!("{IMPORT}/batches"))).await;
        assert_eq!(answer.status, 405, "{method}");
    }
}

#[tokio::test]
async fn a_dataset_that_is_not_stored_as_parquet_takes_no_batches() {
    let world = World::new().await;
    let seeded = world.dataset(super::MEMBERS).await;
    let schema = world
        .get(&format!("{CATALOG}/dataSets/{seeded}"))
        .await
        .expect(200)[&seeded]["schemaRef"]
        .clone();
    let made = world
        .post(
            &format!("{CATALOG}/dataSets"),
            &json!({"name": "json", "schemaRef": schema, "fileDescription": {"format": "json"}}),
        )
        .await
        .expect(201);
    let dataset = made[0].as_str().unwrap().trim_start_matches("@/dataSets/");
    let body = json!({"datasetId": dataset, "inputFormat": {"format": "json"}});
    let answer = world
        .post(&format!("{IMPORT}/batches"), &body)
        .await
        .expect(400);
    assert_eq!(answer["title"], "ERR-BI-106");
}
