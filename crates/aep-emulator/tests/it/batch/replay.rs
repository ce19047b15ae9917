//! One batch in the place of others.

use serde_json::json;

use super::{EXPORT, codes, member, ndjson, plain_all};
use crate::support::World;

#[tokio::test]
async fn predecessors_are_hidden_once_the_new_batch_is_in() {
    let world = World::new().await;
    let json_lines = json!({"format": "json"});
    let old = world.batch(json!({"inputFormat": json_lines})).await;
    old.put("a.json", ndjson(&[member(1), member(2)])).await;
    old.finish().await;
    let named = world
        .batch(json!({"inputFormat": json_lines, "externalId": "ext-1"}))
        .await;
    named.put("a.json", ndjson(&[member(3)])).await;
    named.finish().await;

    let bad = world
        .batch(json!({"inputFormat": json_lines, "replay": {"predecessors": [old.id], "reason": "replace"}}))
        .await;
    bad.put("a.json", "nonsense").await;
    assert_eq!(codes(&bad.finish().await), ["INGEST-1211-400"]);
    assert_eq!(
        old.status().await,
        "success",
        "a failed batch replaces nothing"
    );

    // Templates of the published samples: `$id` and `${id}`.
    let new = world
        .batch(json!({
            "inputFormat": json_lines,
            "replay": {
                "predecessors": [format!("${{{}}}", old.id)], "predecessorsByExternalId": ["ext-1"], "reason": "replace",
            },
        }))
        .await;
    let shown = world.catalog_batch(&new.id).await;
    assert_eq!(
        shown["replay"],
        json!({"predecessors": [old.id, named.id], "reason": "replace"})
    );
    new.put("a.json", ndjson(&[member(4)])).await;
    assert_eq!(old.status().await, "success");
    assert_eq!(new.finish().await["status"], "success");
    for batch in [&old, &named] {
        let shown = world.catalog_batch(&batch.id).await;
        assert_eq!(shown["status"], "inactive");
        assert_eq!(shown["tags"]["acp_successor"], json!([new.id]));
    }
    let preview = world
        .get(&format!("{EXPORT}/datasets/{}/preview", new.dataset))
        .await
        .expect(200);
    assert_eq!(
        plain_all(preview["data"].as_array().unwrap()),
        plain_all(&[member(4)])
    );
}

#[tokio::test]
async fn predecessors_are_of_the_same_dataset() {
    let world = World::new().await;
    let old = world.json_batch().await;
    let purchases = world.dataset("Loyalty Purchases").await;
    let body =
        json!({"datasetId": purchases, "replay": {"predecessors": [format!("${}", old.id)]}});
    let answer = world
        .post(&format!("{}/batches", super::IMPORT), &body)
        .await;
    assert_eq!(answer.status, 400, "{}", answer.text);
}
