//! Runs that are asked for. What they do has its tests with the engine.

use serde_json::json;

use super::*;

/// A flow that runs once, a year from now.
async fn once(world: &World) -> String {
    let mut body = zone_flow(world, "once").await;
    body["scheduleParams"] = json!({"startTime": now(world) + 31_536_000, "frequency": "once"});
    make(world, "flows", &body).await
}

#[tokio::test]
async fn a_run_is_made_and_found() {
    let world = World::new().await;
    let flow = once(&world).await;
    let params = json!({"startTime": now(&world), "windowStartTime": now(&world) - 86_400, "windowEndTime": now(&world)});
    let answer = post(&world, "runs", &json!({"flowId": flow, "params": params})).await;
    assert!(answer.header("location").unwrap().contains("/runs/"));
    let made = answer.expect(201);
    assert_eq!(made.as_object().unwrap().len(), 2);
    let id = made["id"].as_str().unwrap();
    let run = one(&world, "runs", id).await;
    assert_eq!((&run["flowId"], &run["params"]), (&json!(flow), &params));
    assert!(run["metrics"]["statusSummary"]["status"].is_string());
    let of_flow = world
        .get(&at(&format!(
            "runs?property=flowId=={flow}&orderby=-createdAt&limit=1"
        )))
        .await
        .expect(200);
    assert_eq!(of_flow["items"][0]["id"], id);
    let none = world
        .get(&at("runs?property=flowId==nothing&count=true"))
        .await
        .expect(200);
    assert_eq!(none, json!({"count": 0}));
    // As a published client asks for one.
    post(&world, "runs", &json!({"flowId": flow, "status": "active"}))
        .await
        .expect(201);
    let put = world
        .request("PUT", &at(&format!("runs/{id}")))
        .header("if-match", "\"x\"");
    refused(send(put.json(&json!({}))).await, "FLOW-1427-400");
    refused(world.get(&at("runs/nothing")).await, "FLOW-1439-404");
    delete(&world, "flows", &flow).await.expect(204);
    refused(world.get(&at(&format!("runs/{id}"))).await, "FLOW-1439-404");
}

#[tokio::test]
async fn runs_are_refused() {
    let world = World::new().await;
    let flow = once(&world).await;
    let hourly = make(&world, "flows", &zone_flow(&world, "hourly").await).await;
    let export = make(&world, "flows", &export_flow(&world).await).await;
    let stream = make(&world, "flows", &stream_flow(&world).await).await;
    for (body, code) in [
        (json!({}), "FLOW-1446-400"),
        (json!({"flowId": "nothing"}), "FLOW-1430-400"),
        (json!({"flowId": hourly}), "CONNECTOR-1386-400"),
        (json!({"flowId": export}), "CONNECTOR-1385-400"),
        (json!({"flowId": stream}), "CONNECTOR-1385-400"),
        (json!({"flowId": flow, "params": {}}), "CONNECTOR-1384-400"),
        (
            json!({"flowId": flow, "params": {"startTime": "soon"}}),
            "CONNECTOR-1340-400",
        ),
        (
            json!({"flowId": flow, "params": {"windowStartTime": 2, "windowEndTime": 1}}),
            "CONNECTOR-1381-400",
        ),
        (
            json!({"flowId": flow, "params": {"deltaColumn": {"name": "at"}}}),
            "CONNECTOR-1382-400",
        ),
    ] {
        refused(post(&world, "runs", &body).await, code);
    }
    act(&world, "flows", &flow, "disable").await.expect(200);
    refused(
        post(&world, "runs", &json!({"flowId": flow})).await,
        "FLOW-1422-400",
    );
}

#[tokio::test]
async fn a_run_is_triggered_again_once_it_has_ended() {
    let world = World::new().await;
    let flow = once(&world).await;
    let id = make(&world, "runs", &json!({"flowId": flow})).await;
    refused(act(&world, "runs", &id, "stop").await, "CONNECTOR-1401-400");
    refused(
        act(&world, "runs", "nothing", "RE_TRIGGER").await,
        "FLOW-1439-404",
    );
    loop {
        let run = one(&world, "runs", &id).await;
        let status = run["metrics"]["statusSummary"]["status"]
            .as_str()
            .unwrap()
            .to_owned();
        if !["scheduled", "inProgress"].contains(&status.as_str()) {
            break;
        }
        tokio::task::yield_now().await;
    }
    let again = act(&world, "runs", &id, "re_trigger").await.expect(200);
    assert_eq!(again["flowId"], flow);
    assert_ne!(again["id"], id);
    act(&world, "flows", &flow, "disable").await.expect(200);
    refused(
        act(&world, "runs", &id, "RE_TRIGGER").await,
        "CONNECTOR-1388-400",
    );
}
