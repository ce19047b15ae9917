//! Catalog.

use serde_json::{Value, json};

use super::suite::Suite;
use crate::batch::{MEMBERS, member, ndjson};
use crate::catalog::{new_dataset, one, schema};
use crate::support::World;

#[tokio::test]
async fn the_catalog() {
    let world = World::new().await;
    let suite = Suite::new(&world, "catalog");
    let loaded = world.json_batch().await;
    loaded.put("a.json", ndjson(&[member(1)])).await;
    loaded.finish().await;
    let more = json!({"inputFormat": {"format": "json"}, "externalId": "mine", "tags": {"from": ["a test"]}});
    let failed = world.batch(more).await;
    failed.put("a.json", "{\"_id\": 1}\n").await;
    failed.finish().await;
    let dataset = world.dataset(MEMBERS).await;
    datasets(&suite, &dataset).await;
    batches(&suite, &dataset, &loaded.id, &failed.id).await;
    suite.close().await;
}

fn id_of(made: &Value) -> String {
    let path = made[0].as_str().unwrap();
    path.rsplit('/').next().unwrap().to_owned()
}

async fn datasets(suite: &Suite<'_>, members: &str) {
    let world = suite.world;
    suite.call("listDatasets").send(200).await;
    let list = suite
        .call("listDatasets")
        .query("limit", 1)
        .query("orderBy", "desc:created");
    list.query("property", "name~^Loyalty")
        .query("properties", "name,created")
        .send(200)
        .await;
    suite.call("listDatasets").query("limit", 0).send(400).await;
    let body = json!({"name": "made", "description": "by a test",
        "schemaRef": {"id": schema(world).await, "contentType": "application/vnd.adobe.xed+json;version=1"},
        "tags": {"unifiedProfile": ["enabled:true"]}, "enableErrorDiagnostics": true});
    let create = suite.call("createDataset").query("requestDataSource", true);
    let id = id_of(&create.json(&body).send(201).await);
    suite
        .call("createDataset")
        .json(&json!({"name": "no schema"}))
        .send(400)
        .await;

    let of = |operation, id: &str| suite.call(operation).path("DATASET_ID", id);
    of("retrieveDataset", members).send(200).await;
    of("retrieveDataset", members)
        .query("properties", "name,files")
        .send(200)
        .await;
    for expansion in ["files", "xdm"] {
        of("retrieveDataset", members)
            .query("expansion", expansion)
            .send(200)
            .await;
    }
    of("patchDataset", &id)
        .json(&json!({"description": "changed"}))
        .send(200)
        .await;
    let steps = json!([{"op": "add", "path": "/tags/mine", "value": ["a"]}]);
    of("patchDataset", &id)
        .body("application/json-patch+json", steps.to_string())
        .send(200)
        .await;
    of("patchDataset", &id)
        .header("If-Match", "0.0.1")
        .json(&json!({"name": "x"}))
        .send(412)
        .await;
    of("patchDataset", &id)
        .json(&json!({"tags": {"mine": ["a"]}}))
        .send(422)
        .await;
    let ttl = json!({"extensions": {"adobe_lakeHouse": {"rowExpiration": {"ttlValue": "P3Y"}}}});
    of("patchDataSetV2", &id).json(&ttl).send(200).await;
    let whole = one(world, &id).await;
    let replacement = json!({"name": "replaced", "schemaRef": whole["schemaRef"],
        "tags": {"adobe/siphon/table/format": ["parquet"]}});
    of("putDataset", &id)
        .header("If-Match", whole["version"].as_str().unwrap())
        .json(&replacement)
        .send(200)
        .await;
    let gone = new_dataset(world, "to be deleted").await;
    of("deleteDataset", &gone).send(200).await;
    of("retrieveDataset", &gone).send(404).await;

    let view = one(world, members).await["viewId"]
        .as_str()
        .unwrap()
        .to_owned();
    of("listDatasetViewFiles", members)
        .path("VIEW_ID", &view)
        .send(200)
        .await;
    suite
        .call("listDatasetFiles")
        .query("dataSetId", members)
        .query("limit", 5)
        .send(200)
        .await;
}

async fn batches(suite: &Suite<'_>, members: &str, loaded: &str, failed: &str) {
    let all = suite.call("listBatches").send(200).await;
    assert_eq!(all.as_object().unwrap().len(), 2);
    let list = suite
        .call("listBatches")
        .query("dataSet", members)
        .query("status", "success,failure");
    list.query("orderBy", "desc:created")
        .query("limit", 1)
        .query("start", 1)
        .send(200)
        .await;
    suite
        .call("listBatches")
        .query("externalId", "mine")
        .query("createdAfter", 0)
        .send(200)
        .await;
    suite
        .call("listBatches")
        .query("limit", 101)
        .send(400)
        .await;
    suite
        .call("retrieveUniqueBatchValues")
        .path("FIELD", "status")
        .send(200)
        .await;
    suite
        .call("listLastBatches")
        .query("dataSetId", members)
        .send(200)
        .await;

    let related = json!([{"type": "dataSet", "id": members}]);
    let body = json!({"status": "processing", "relatedObjects": related});
    let id = id_of(&suite.call("createBatch").json(&body).send(201).await);
    suite.call("createBatch").json(&json!({})).send(400).await;
    let of = |operation, id: &str| suite.call(operation).path("BATCH_ID", id);
    for batch in [loaded, failed, &id] {
        of("retrieveBatch", batch).send(200).await;
    }
    of("retrieveBatch", loaded)
        .query("aggregate", true)
        .send(200)
        .await;
    of("patchBatch", &id)
        .json(&json!({"status": "success"}))
        .send(200)
        .await;
    of("updateBatch", &id).json(&body).send(200).await;
    of("patchBatch", &id)
        .header("If-Match", "0.0.1")
        .json(&json!({"status": "failure"}))
        .send(412)
        .await;
    of("createBatchWithId", "01JQAAAAAAAAAAAAAAAAAAAAAA")
        .json(&body)
        .send(201)
        .await;
    of("deleteBatch", &id).send(200).await;
    of("retrieveBatch", &id).send(404).await;
}
