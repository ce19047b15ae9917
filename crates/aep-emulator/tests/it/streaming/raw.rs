//! Raw data through a mapping.

use serde_json::json;

use super::*;
use crate::batch::{plain, plain_all};

const MAPPED: &str = "c1a19761-d2c7-4702-b9fa-fe91f0613e81";

#[tokio::test]
async fn raw_messages_are_mapped() {
    let world = World::new().await;
    let dataset = world.dataset("Loyalty Members").await;
    let schema = schema(&world, &dataset).await;
    let set = json!({
        "outputSchema": {"schemaRef": {"id": schema, "contentType": "application/vnd.adobe.xed-full+json;version=1"}},
        "mappings": [
            {"sourceType": "ATTRIBUTE", "source": "user.id", "destination": "_id"},
            {"sourceType": "ATTRIBUTE", "source": "user.no", "destination": "_local.memberId"},
            {"sourceType": "STATIC", "source": "silver", "destination": "_local.tier"},
        ],
    });
    let set = world
        .post("/data/foundation/conversion/mappingSets", &set)
        .await
        .expect(200);
    let mapping =
        json!([{"name": "Mapping", "params": {"mappingId": set["id"], "mappingVersion": 0}}]);
    let inlet = Inlet::with_flow(&world, json!({"dataType": "raw"}), MAPPED, mapping).await;
    let message = json!({"user": {"id": "u1", "no": "M00000001"}, "noise": true});
    // Raw data must name its flow.
    assert_eq!(inlet.send(&world, &message).await.status, 400);
    let path = format!("/collection/{}", inlet.id);
    let named = |message: &Value| {
        world
            .bare("POST", &path)
            .header("x-adobe-flow-id", &inlet.flow)
            .json(message)
    };
    send(named(&message)).await.expect(200);
    send(named(&json!({"user": {"id": "u2", "no": 5}})))
        .await
        .expect(200);
    assert_eq!(landed(&world, &inlet.dataset, 1).await, ["u1"]);
    let batch = ended(&world, &inlet.dataset, "success").await.remove(0);
    let batch = Batch {
        world: &world,
        id: batch["id"].as_str().unwrap().to_owned(),
        dataset,
    };
    let wanted = json!({"_id": "u1", "_local": {"memberId": "M00000001", "tier": "silver"}});
    assert_eq!(plain_all(&batch.stored().await), [plain(&wanted)]);
    let failed = failed(&world, &inlet.dataset, 1).await;
    assert_eq!(failed[0]["user"]["id"], "u2");
}
