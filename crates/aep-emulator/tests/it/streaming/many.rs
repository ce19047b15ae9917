//! Several messages in one request.

use serde_json::json;

use super::*;

#[tokio::test]
async fn every_message_has_its_own_answer() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({})).await;
    let mut wrong = inlet.message(&streamed(9));
    wrong["header"]["imsOrgId"] = json!("X@AdobeOrg");
    let messages = [
        inlet.message(&streamed(1)),
        wrong,
        inlet.message(&streamed(2)),
        json!(7),
    ];
    let answer = inlet.send_many(&world, &messages).await.expect(207);
    assert_eq!(answer["inletId"], inlet.id.as_str());
    let batch = answer["batchId"].as_str().unwrap();
    let responses = answer["responses"].as_array().unwrap();
    assert_eq!(responses.len(), 4);
    assert_eq!(responses[0], json!({"xactionId": format!("{batch}:0")}));
    assert_eq!(responses[1]["statusCode"], 400);
    assert!(
        responses[1]["message"]
            .as_str()
            .unwrap()
            .contains("wrong ims org")
    );
    assert_eq!(responses[2], json!({"xactionId": format!("{batch}:2")}));
    assert_eq!(responses[3]["statusCode"], 400);
    assert_eq!(landed(&world, &inlet.dataset, 2).await, ["m1", "m2"]);
}

#[tokio::test]
async fn all_wrong_is_207_too_and_no_list_is_400() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({})).await;
    let answer = inlet
        .send_many(&world, &[json!({}), json!({})])
        .await
        .expect(207);
    assert_eq!(answer["responses"].as_array().unwrap().len(), 2);
    let path = format!("/collection/batch/{}", inlet.id);
    assert_eq!(
        send(world.bare("POST", &path).json(&json!({"message": []})))
            .await
            .status,
        400
    );
    assert_eq!(
        send(
            world
                .bare("POST", "/collection/batch/none")
                .json(&json!({"messages": []}))
        )
        .await
        .status,
        404
    );
}

#[tokio::test]
async fn a_thousand_messages_land_in_few_batches() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({})).await;
    for block in 0..10 {
        let messages: Vec<Value> = (0..100)
            .map(|n| inlet.message(&streamed(block * 100 + n)))
            .collect();
        inlet.send_many(&world, &messages).await.expect(207);
    }
    let ids = landed(&world, &inlet.dataset, 1000).await;
    let mut unique = ids.clone();
    unique.dedup();
    assert_eq!(ids, unique);
    assert!(ended(&world, &inlet.dataset, "success").await.len() <= 10);
}
