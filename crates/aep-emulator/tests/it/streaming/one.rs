//! Single messages.

use serde_json::json;

use super::*;
use crate::flow_service::act;

#[tokio::test]
async fn a_message_is_accepted_and_lands() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({})).await;
    let answer = inlet
        .send(&world, &inlet.message(&streamed(1)))
        .await
        .expect(200);
    assert_eq!(answer["inletId"], inlet.id.as_str());
    assert_eq!(answer["syncValidation"], json!({"skipped": true}));
    let xaction = answer["xactionId"].as_str().unwrap();
    assert_eq!(xaction.split(':').count(), 3, "{xaction}");
    assert!(answer["receivedTimeMs"].as_i64().unwrap() > 1_600_000_000_000);
    assert_eq!(landed(&world, &inlet.dataset, 1).await, ["m1"]);
    let batch = ended(&world, &inlet.dataset, "success").await.remove(0);
    assert_eq!(batch["tags"]["flowId"], json!([inlet.flow]));
    let run = crate::flow_runs::runs(&world, &inlet.flow).await.remove(0);
    assert_eq!(run["metrics"]["recordSummary"]["outputRecordCount"], 1);
    assert_eq!(run["metrics"]["statusSummary"]["status"], "success");
}

#[tokio::test]
async fn what_does_not_fit_is_accepted_and_fails_later() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({})).await;
    let mut row = streamed(2);
    row["_local"]["points"] = json!("many");
    row["_local"]["shoe"] = json!(7);
    let mut empty = inlet.message(&json!({}));
    empty["body"].as_object_mut().unwrap().remove("xdmEntity");
    for message in [inlet.message(&streamed(1)), inlet.message(&row), empty] {
        inlet.send(&world, &message).await.expect(200);
    }
    let failed = failed(&world, &inlet.dataset, 2).await;
    assert_eq!(landed(&world, &inlet.dataset, 1).await, ["m1"]);
    let texts: Vec<String> = failed
        .iter()
        .flat_map(|row| row["_errors"]["_streamingValidation"].as_array().unwrap())
        .map(|error| error["message"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        texts,
        [
            "expected type: Integer, found: String",
            "extraneous key [shoe] is not permitted",
            "Payload body is missing xdmEntity",
        ]
    );
    let batch = ended(&world, &inlet.dataset, "failure").await.remove(0);
    assert!(
        batch["errors"][0]["code"]
            .as_str()
            .unwrap()
            .starts_with("DCVS-"),
        "{batch}"
    );
}

#[tokio::test]
async fn validation_at_once_tells_what_is_wrong() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({})).await;
    let path = format!("/collection/{}?syncValidation=true", inlet.id);
    let mut row = streamed(1);
    let answer = send(world.bare("POST", &path).json(&inlet.message(&row)))
        .await
        .expect(200);
    assert_eq!(answer["syncValidation"], json!({"status": "pass"}));
    row["_local"]["tier"] = json!("tin");
    row["_local"]["memberId"] = json!("1");
    row["_local"]["joinedOn"] = json!("yesterday");
    let refused = send(world.bare("POST", &path).json(&inlet.message(&row)))
        .await
        .expect(400);
    assert_eq!(refused["title"], "Invalid XDM Message Format");
    let message = refused["report"]["message"].as_str().unwrap();
    assert!(message.ends_with("Message is invalid"), "{message}");
    assert!(message.contains(&format!(
        "inletId: [{}] imsOrgId: [LOCAL@AdobeOrg]",
        inlet.id
    )));
    let cause = &refused["report"]["cause"]["_streamingValidation"][0];
    assert_eq!(cause["message"], "3 schema violations found");
    let mut keywords: Vec<&str> = cause["causingExceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|violation| violation["keyword"].as_str().unwrap())
        .collect();
    keywords.sort_unstable();
    assert_eq!(keywords, ["enum", "format", "pattern"]);
    // What was refused never lands.
    assert_eq!(landed(&world, &inlet.dataset, 1).await, ["m1"]);
    assert!(ended(&world, &inlet.dataset, "failure").await.is_empty());
}

#[tokio::test]
async fn envelopes_that_are_wrong_are_refused() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({})).await;
    let good = inlet.message(&streamed(1));
    let with = |path: &str, value: Value| {
        let mut message = good.clone();
        *message.pointer_mut(path).unwrap() = value;
        message
    };
    for (message, words) in [
        (
            with("/header/imsOrgId", json!("X@AdobeOrg")),
            "Message has an absent or wrong ims org in the header",
        ),
        (
            with("/header/schemaRef", json!(null)),
            "Message has unknown xdm format",
        ),
        (
            with("/header/schemaRef/id", json!("https://ns.adobe.com/none")),
            "Message has unknown xdm format",
        ),
        (with("/body", json!(null)), "Message has unknown xdm format"),
        (
            with("/body/xdmMeta", json!({})),
            "Message has unknown xdm format",
        ),
    ] {
        let refused = inlet.send(&world, &message).await.expect(400);
        assert_eq!(refused["title"], "Invalid XDM Message Format");
        assert_eq!(refused["status"], 400);
        let message = refused["report"]["message"].as_str().unwrap();
        assert!(message.ends_with(words), "{message}");
    }
    // The server fills in the organisation.
    let mut message = good.clone();
    message["header"]
        .as_object_mut()
        .unwrap()
        .remove("imsOrgId");
    inlet.send(&world, &message).await.expect(200);
    assert_eq!(landed(&world, &inlet.dataset, 1).await, ["m1"]);
}

#[tokio::test]
async fn requests_that_are_wrong_are_refused() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({})).await;
    let path = format!("/collection/{}", inlet.id);
    assert_eq!(
        send(world.bare("POST", "/collection/none").json(&json!({})))
            .await
            .status,
        404
    );
    assert_eq!(send(world.bare("GET", &path)).await.status, 405);
    let text = world
        .bare("POST", &path)
        .header("content-type", "application/json");
    assert_eq!(send(text.body("{")).await.status, 400);
    let smile = world
        .bare("POST", &path)
        .header("content-type", "application/x-jackson-smile");
    assert_eq!(send(smile.body(":)\n")).await.status, 415);
    let mut row = streamed(1);
    row["_local"]["favouriteStores"] = json!(["x".repeat(1024 * 1024)]);
    assert_eq!(inlet.send(&world, &inlet.message(&row)).await.status, 413);
}

#[tokio::test]
async fn the_flow_is_the_only_one_or_the_one_that_is_named() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({})).await;
    let message = inlet.message(&streamed(1));
    act(&world, "flows", &inlet.flow, "disable")
        .await
        .expect(200);
    assert_eq!(inlet.send(&world, &message).await.status, 400);
    act(&world, "flows", &inlet.flow, "enable")
        .await
        .expect(200);
    let second = inlet.another_flow(&world, STREAM, json!([])).await;
    assert_eq!(inlet.send(&world, &message).await.status, 400);
    let path = format!("/collection/{}", inlet.id);
    let named = |flow: &str| {
        world
            .bare("POST", &path)
            .header("x-adobe-flow-id", flow)
            .json(&message)
    };
    send(named(&second)).await.expect(200);
    assert_eq!(send(named("none")).await.status, 400);
    let mut message = inlet.message(&streamed(2));
    message["header"]["flowId"] = json!(inlet.flow);
    inlet.send(&world, &message).await.expect(200);
    assert_eq!(landed(&world, &inlet.dataset, 2).await, ["m1", "m2"]);
}

#[tokio::test]
async fn an_authenticated_inlet_wants_a_token() {
    let world = World::new().await;
    let inlet = Inlet::new(&world, json!({"authenticationRequired": true})).await;
    let message = inlet.message(&streamed(1));
    let refused = inlet.send(&world, &message).await.expect(401);
    assert_eq!(refused["status"], "401");
    assert!(
        refused["type"]
            .as_str()
            .unwrap()
            .ends_with("/data-collection-service-authorization")
    );
    let path = format!("/collection/{}", inlet.id);
    let wrong = world
        .bare("POST", &path)
        .bearer_auth("nonsense")
        .json(&message);
    assert_eq!(send(wrong).await.status, 401);
    let other = world
        .bare("POST", &path)
        .bearer_auth(&world.token)
        .json(&message);
    assert_eq!(send(other).await.status, 403);
    send(world.request("POST", &path).json(&message))
        .await
        .expect(200);
    assert_eq!(landed(&world, &inlet.dataset, 1).await, ["m1"]);
    assert!(!inlet.connection.is_empty());
}
