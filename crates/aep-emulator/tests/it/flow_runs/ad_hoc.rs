//! Exports on demand.

use serde_json::json;

use super::export::{daily, export, exported, later};
use super::*;
use crate::support::{Answer, send};

const ACCEPT: &str = "application/vnd.adobe.adhoc.dataset.activation+json; version=1";

async fn ad_hoc(world: &World, accept: Option<&str>, flow: &str, dataset: &str) -> Answer {
    let body = json!({"activationInfo": {"destinations": [
        {"flowId": flow, "datasets": [{"id": dataset}]},
    ]}});
    let request = world
        .request("POST", "/data/core/activation/disflowprovider/adhocrun")
        .json(&body);
    send(match accept {
        Some(accept) => request.header("accept", accept),
        None => request,
    })
    .await
}

#[tokio::test]
async fn a_flow_of_ten_minutes_is_run_at_once() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("a.json", members(0, 3)).await;
    batch.finish().await;
    let params = json!({"datasetFileType": "PARQUET", "compression": "GZIP"});
    let mut schedule = daily(&world);
    // A year ahead: it runs on demand only.
    schedule["startTime"] = json!(now(&world) + 365 * 86_400);
    schedule["endTime"] = json!(now(&world) + 400 * 86_400);
    let flow = export(&world, params, schedule).await;
    let dataset = world.dataset("Loyalty Members").await;

    let early = ad_hoc(&world, Some(ACCEPT), &flow, &dataset)
        .await
        .expect(400);
    let message = early["message"].as_str().unwrap();
    assert!(
        message.contains("Following order ID(s) are not ready for dataset export"),
        "{message}"
    );
    assert!(
        message.contains("please wait for 10 minutes and retry."),
        "{message}"
    );
    later(&world, 601_000);
    for accept in [
        None,
        Some("application/json"),
        Some("application/vnd.adobe.adhoc.activation+json; version=2"),
    ] {
        assert_eq!(
            ad_hoc(&world, accept, &flow, &dataset).await.status,
            400,
            "{accept:?}"
        );
    }
    let other = world.dataset("Loyalty Purchases").await;
    let foreign = ad_hoc(&world, Some(ACCEPT), &flow, &other)
        .await
        .expect(400);
    let message = foreign["message"].as_str().unwrap();
    assert!(
        message.contains("are not part of this dataflow or out of schedule range"),
        "{message}"
    );
    assert_eq!(
        ad_hoc(&world, Some(ACCEPT), "none", &dataset).await.status,
        404
    );

    let answer = ad_hoc(&world, Some(ACCEPT), &flow, &dataset)
        .await
        .expect(200);
    let url = answer["destinations"][0]["datasets"][0]["statusURL"]
        .as_str()
        .unwrap();
    let id = url.rsplit('/').next().unwrap();
    assert_eq!(
        url,
        format!("{}{}", world.emulator.url(), at(&format!("runs/{id}")))
    );
    done(&world, &flow, 1).await;
    assert_eq!(
        run(&world, id).await["metrics"]["recordSummary"]["outputRecordCount"],
        3
    );
    assert_eq!(exported(&world).await.len(), 1);
}

#[tokio::test]
async fn only_exports_can_be_run_so() {
    let world = World::new().await;
    let flow = flow(&world, once(&world), json!({})).await;
    let dataset = world.dataset("Loyalty Members").await;
    later(&world, 601_000);
    let answer = ad_hoc(&world, Some(ACCEPT), &flow, &dataset)
        .await
        .expect(400);
    let message = answer["message"].as_str().unwrap();
    assert!(
        message.contains("Adhoc run can not be executed for Flow spec"),
        "{message}"
    );
}
