//! The smaller services.

use serde_json::json;

use super::suite::Suite;
use crate::batch::member;
use crate::flow_runs::{HOUR, long_lived, put};
use crate::flow_service::{export_flow, make};
use crate::support::{CATALOG, World};

#[tokio::test]
async fn tokens() {
    let world = World::new().await;
    let suite = Suite::new(&world, "ims");
    let form = "grant_type=client_credentials&client_id=local-client&client_secret=local-secret&scope=openid";
    let media = "application/x-www-form-urlencoded";
    suite
        .call("getAccessToken")
        .body(media, form)
        .send(200)
        .await;
    for wrong in [
        "grant_type=password",
        "grant_type=client_credentials&client_id=nobody&client_secret=x&scope=openid",
        "grant_type=client_credentials&client_id=local-client&client_secret=x&scope=openid",
        "",
    ] {
        suite
            .call("getAccessToken")
            .body(media, wrong)
            .send(400)
            .await;
    }
    suite.close().await;
}

#[tokio::test]
async fn sandboxes() {
    let world = World::new().await;
    let suite = Suite::new(&world, "sandbox");
    let json = "application/json";
    suite
        .call("listAvailableSandboxes")
        .header("Accept", json)
        .send(200)
        .await;
    suite.call("listSandboxTypes").send(200).await;
    suite.call("listSandboxes").send(200).await;
    let page = suite
        .call("listSandboxes")
        .query("limit", 1)
        .query("offset", 1);
    assert_eq!(page.send(200).await["sandboxes"][0]["name"], "dev");
    let filtered = suite.call("listSandboxes").query("property", "name==dev");
    filtered.query("orderBy", "asc:name").send(200).await;
    let body = json!({"name": "qa", "title": "Quality", "type": "development"});
    suite.call("createSandbox").json(&body).send(202).await;
    suite
        .call("retrieveSandbox")
        .path("sandboxName", "dev")
        .header("Accept", json)
        .send(200)
        .await;
    let change = |operation| suite.call(operation).path("sandboxName", "qa");
    change("patchSandbox")
        .json(&json!({"title": "Tests"}))
        .send(501)
        .await;
    change("resetSandbox")
        .json(&json!({"action": "reset"}))
        .send(501)
        .await;
    change("deleteSandbox").send(501).await;
    suite.close().await;
}

#[tokio::test]
async fn landing_zones() {
    let world = World::new().await;
    let suite = Suite::new(&world, "landing-zone");
    for zone in ["user_drop_zone", "dlz_destination"] {
        suite
            .call("getLandingZone")
            .query("type", zone)
            .send(200)
            .await;
        suite
            .call("getLandingZoneCredentials")
            .query("type", zone)
            .send(200)
            .await;
    }
    // Keys of Amazon S3 run out by themselves.
    let refresh = suite
        .call("refreshLandingZoneCredentials")
        .query("action", "refresh");
    refresh.query("type", "user_drop_zone").refused(400).await;
    suite.close().await;
}

#[tokio::test]
async fn mapping_sets() {
    let world = World::new().await;
    let suite = Suite::new(&world, "data-prep");
    let dataset = world.dataset("Loyalty Members").await;
    let found = world
        .get(&format!("{CATALOG}/dataSets/{dataset}"))
        .await
        .expect(200);
    let schema = found[&dataset]["schemaRef"]["id"].clone();
    let newer = json!({"outputSchema": {"schemaRef": {"id": schema, "contentType": "application/vnd.adobe.xed-full+json;version=1"}},
        "mappings": [{"sourceType": "ATTRIBUTE", "source": "id", "destination": "_id"},
            {"sourceType": "STATIC", "source": "gold", "destination": "_local.tier"}]});
    let older = json!({"xdmSchema": schema, "xdmVersion": "1.0", "name": "older",
        "mappings": [{"sourceType": "text/x.schema-path", "source": "id", "destination": "_id", "identity": false}]});
    let set = suite.call("createMappingSet").json(&newer).send(200).await;
    suite.call("createMappingSet").json(&older).send(200).await;
    let id = set["id"].as_str().unwrap();
    let of_set = |operation| suite.call(operation).path("MAPPING_SET_ID", id);
    of_set("putMappingSet").json(&newer).send(200).await;
    let all = suite
        .call("listMappingSets")
        .query("start", 0)
        .query("limit", 10);
    all.query("orderBy", "-createdDate").send(200).await;
    of_set("retrieveMappingSet").send(200).await;
    of_set("retrieveMappingSet")
        .query("version", 0)
        .query("expandSchema", true)
        .send(200)
        .await;
    let mappings = of_set("listMappings").send(200).await;
    let mapping = mappings[0]["id"].as_str().unwrap();
    of_set("retrieveMapping")
        .path("MAPPING_ID", mapping)
        .send(200)
        .await;
    suite
        .call("validateMappingSet")
        .json(&newer)
        .send(200)
        .await;
    let rows = json!({"data": [{"id": "m1"}], "mappingSet": newer});
    suite.call("previewMappingSet").json(&rows).send(200).await;
    suite
        .call("validateExpression")
        .json(&json!({"expression": "upper(id)"}))
        .send(200)
        .await;
    suite.call("listMappingSetFunctions").send(200).await;
    suite.call("listMappingSetOperators").send(200).await;
    suite.close().await;
}

#[tokio::test]
async fn exports_on_demand() {
    let world = long_lived().await;
    let suite = Suite::new(&world, "ad-hoc-activation");
    put(&world, "in/a.json", crate::batch::ndjson(&[member(1)])).await;
    let flow = make(&world, "flows", &export_flow(&world).await).await;
    world
        .emulator
        .clock()
        .advance(std::time::Duration::from_millis(HOUR.unsigned_abs() / 2));
    let dataset = world.dataset("Loyalty Members").await;
    let run = |flow: &str, dataset: &str| {
        let body = json!({"activationInfo": {"destinations": [{"flowId": flow, "datasets": [{"id": dataset}]}]}});
        let accept = "application/vnd.adobe.adhoc.dataset.activation+json; version=1";
        suite
            .call("runAdhocActivation")
            .header("Accept", accept)
            .json(&body)
    };
    run(&flow, &dataset).send(200).await;
    run("none", &dataset).send(404).await;
    run(&flow, "none").send(400).await;
    suite.close().await;
}
