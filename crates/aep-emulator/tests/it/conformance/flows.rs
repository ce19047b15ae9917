//! Flow Service.

use serde_json::{Value, json};

use super::suite::Suite;
use crate::flow_runs::{done, flow, long_lived, members, once, put};
use crate::flow_service::{
    CLOUD_TO_LAKE, LAKE_SOURCE, LANDING_ZONE, S3, export_flow, lake_target, make, now, one, s3,
    spec, stream_flow, zone_flow, zone_source,
};

#[tokio::test]
async fn the_flow_service() {
    let world = long_lived().await;
    let suite = Suite::new(&world, "flow-service");
    put(&world, "in/a.json", members(0, 3)).await;
    put(&world, "in/b.csv", b"id,name\n1,one\n".to_vec()).await;
    connections(&suite).await;
    ends(&suite).await;
    specs(&suite).await;
    flows(&suite).await;
    runs(&suite).await;
    suite.close().await;
}

/// Pages of a list, with all that a list takes.
async fn list(suite: &Suite<'_>, operation: &str, field: &str, value: &str) {
    suite.call(operation).send(200).await;
    let first = suite
        .call(operation)
        .query("limit", 1)
        .query("orderby", "-createdAt")
        .send(200)
        .await;
    let next = first["_links"]["next"]["href"].as_str();
    if let Some((_, token)) = next.and_then(|href| href.split_once("continuationToken=")) {
        let token = token.split('&').next().unwrap();
        let token = percent_encoding::percent_decode_str(token)
            .decode_utf8()
            .unwrap();
        let second = suite
            .call(operation)
            .query("limit", 1)
            .query("orderby", "-createdAt");
        second.query("continuationToken", &token).send(200).await;
    }
    let condition = format!("{field}=={value}");
    let found = suite
        .call(operation)
        .query("property", &condition)
        .send(200)
        .await;
    assert!(
        !found["items"].as_array().unwrap().is_empty(),
        "{operation} {condition}"
    );
    suite
        .call(operation)
        .query("property", &condition)
        .query("count", true)
        .send(200)
        .await;
}

fn search(condition: &str) -> Value {
    json!({"queryString": condition, "limit": 5, "orderby": "-createdAt"})
}

/// A new value for a field, at the version that is there.
async fn rename(suite: &Suite<'_>, operation: &str, parameter: &str, path: &str, id: &str) {
    let etag = one(suite.world, path, id).await["etag"]
        .as_str()
        .unwrap()
        .to_owned();
    let steps = json!([{"op": "replace", "path": "/name", "value": "renamed"}]);
    let call = || suite.call(operation).path(parameter, id).json(&steps);
    call().header("If-Match", "\"stale\"").send(412).await;
    call().header("If-Match", &etag).send(200).await;
}

async fn connections(suite: &Suite<'_>) {
    let id = suite.call("createConnection").json(&s3()).send(201).await["id"].clone();
    let id = id.as_str().unwrap();
    let draft = suite
        .call("createConnection")
        .query("mode", "draft")
        .json(&s3())
        .send(201)
        .await;
    suite
        .call("createConnection")
        .json(&json!({"name": "no spec"}))
        .send(400)
        .await;
    list(suite, "listConnections", "connectionSpec.id", S3).await;
    suite
        .call("searchConnections")
        .json(&search(&format!("connectionSpec.id=={S3}")))
        .send(200)
        .await;
    suite
        .call("searchConnections")
        .json(&json!({"count": true}))
        .send(200)
        .await;
    let of = |operation| suite.call(operation).path("BASE_CONNECTION_ID", id);
    of("getConnection").send(200).await;
    rename(
        suite,
        "updateConnection",
        "BASE_CONNECTION_ID",
        "connections",
        id,
    )
    .await;
    of("testConnection").send(200).await;
    of("exploreConnection")
        .query("objectType", "root")
        .send(200)
        .await;
    of("listConnectionConfigs").send(200).await;
    let draft = draft["id"].as_str().unwrap();
    let publish = suite
        .call("connectionAction")
        .path("BASE_CONNECTION_ID", draft);
    publish.query("op", "publish").send(200).await;
    let delete = suite
        .call("deleteConnection")
        .path("BASE_CONNECTION_ID", draft);
    delete.send(204).await;
}

async fn ends(suite: &Suite<'_>) {
    let world = suite.world;
    let dataset = world.dataset("Loyalty Members").await;
    let source = json!({"name": "in", "data": {"format": "delimited"}, "connectionSpec": spec(LANDING_ZONE),
        "params": {"path": "dlz-user-container/in/", "type": "folder", "recursive": true}});
    let target = json!({"name": "lake", "data": {"format": "parquet_xdm"},
        "connectionSpec": spec(crate::flow_service::LAKE), "params": {"dataSetId": dataset}});
    for (noun, plural, id, body) in [
        (
            "SourceConnection",
            "sourceConnections",
            "SOURCE_CONNECTION_ID",
            source,
        ),
        (
            "TargetConnection",
            "targetConnections",
            "TARGET_CONNECTION_ID",
            target,
        ),
    ] {
        let create = format!("create{noun}");
        let made = suite.call(&create).json(&body).send(201).await;
        let draft = suite
            .call(&create)
            .query("mode", "draft")
            .json(&body)
            .send(201)
            .await;
        suite
            .call(&create)
            .json(&json!({"name": "no spec"}))
            .send(400)
            .await;
        let made = made["id"].as_str().unwrap();
        list(
            suite,
            &format!("list{noun}s"),
            "name",
            body["name"].as_str().unwrap(),
        )
        .await;
        suite
            .call(&format!("get{noun}"))
            .path(id, made)
            .send(200)
            .await;
        rename(suite, &format!("update{noun}"), id, plural, made).await;
        let draft = draft["id"].as_str().unwrap();
        let mut action = format!("{noun}Action");
        action[..1].make_ascii_lowercase();
        suite
            .call(&action)
            .path(id, draft)
            .query("op", "publish")
            .send(200)
            .await;
        suite
            .call(&format!("delete{noun}"))
            .path(id, draft)
            .send(204)
            .await;
    }
}

async fn specs(suite: &Suite<'_>) {
    suite.call("listConnectionSpecs").send(200).await;
    let named = suite
        .call("listConnectionSpecs")
        .query("property", &format!("id=={LANDING_ZONE}"));
    named.send(200).await;
    let of = |operation| {
        suite
            .call(operation)
            .path("CONNECTION_SPEC_ID", LANDING_ZONE)
    };
    of("getConnectionSpec").send(200).await;
    let explore = || of("exploreConnectionSpec");
    explore().query("objectType", "root").send(200).await;
    explore()
        .query("objectType", "folder")
        .query("object", "dlz-user-container/in")
        .send(200)
        .await;
    let file = explore()
        .query("objectType", "file")
        .query("object", "dlz-user-container/in/b.csv");
    file.query("fileType", "delimited")
        .query("preview", true)
        .send(200)
        .await;
    let file = explore()
        .query("objectType", "file")
        .query("object", "dlz-user-container/in/a.json");
    file.query("determineProperties", true)
        .query("preview", true)
        .send(200)
        .await;
    let configs = suite
        .call("listConnectionSpecConfigs")
        .path("CONNECTION_SPEC_ID", LAKE_SOURCE);
    let configs = configs
        .query("outputType", "activationDatasets")
        .query("outputField", "datasets");
    configs.query("start", 0).query("limit", 20).send(200).await;
    let body = json!({"name": "mine", "providerId": "me", "version": "1.0"});
    suite
        .call("createConnectionSpec")
        .json(&body)
        .refused(400)
        .await;
    of("replaceConnectionSpec").json(&body).refused(400).await;

    suite.call("listFlowSpecs").send(200).await;
    suite
        .call("listFlowSpecs")
        .query("property", &format!("id=={CLOUD_TO_LAKE}"))
        .send(200)
        .await;
    let of = |operation| suite.call(operation).path("FLOW_SPEC_ID", CLOUD_TO_LAKE);
    of("getFlowSpec").send(200).await;
    suite
        .call("searchFlowSpecs")
        .json(&json!({"queryString": format!("id=={CLOUD_TO_LAKE}")}))
        .send(200)
        .await;
    suite.call("createFlowSpec").json(&body).refused(400).await;
    of("replaceFlowSpec").json(&body).refused(400).await;
}

async fn flows(suite: &Suite<'_>) {
    let world = suite.world;
    let create = |body: Value| suite.call("createFlow").json(&body);
    let made = create(zone_flow(world, "hourly").await).send(201).await;
    create(export_flow(world).await).send(201).await;
    create(stream_flow(world).await).send(201).await;
    create(json!({"name": "nothing"})).send(400).await;
    let draft = suite
        .call("createFlow")
        .query("mode", "draft")
        .json(&zone_flow(world, "draft").await);
    let draft = draft.send(201).await["id"].as_str().unwrap().to_owned();
    let id = made["id"].as_str().unwrap();
    list(suite, "listFlows", "name", "hourly").await;
    suite
        .call("searchFlows")
        .json(&search("name==hourly"))
        .send(200)
        .await;
    let whole = json!({"queryString": "name==hourly", "projectionFields": []});
    suite.call("searchFlows").json(&whole).send(200).await;
    let projected = json!({"queryString": "name==hourly", "projectionFields": ["id", "name"]});
    suite.call("searchFlows").json(&projected).part(200).await;
    let of = |operation| suite.call(operation).path("FLOW_ID", id);
    of("getFlow").send(200).await;
    rename(suite, "updateFlow", "FLOW_ID", "flows", id).await;
    for op in ["disable", "enable"] {
        of("flowAction").query("op", op).send(200).await;
    }
    suite
        .call("flowAction")
        .path("FLOW_ID", &draft)
        .query("op", "publish")
        .send(200)
        .await;
    suite
        .call("deleteFlow")
        .path("FLOW_ID", &draft)
        .send(204)
        .await;
    // Its ends are used: it has to be there for what is wrong with a body.
    let ends = json!({"name": "once", "flowSpec": spec(CLOUD_TO_LAKE),
        "sourceConnectionIds": [zone_source(world).await], "targetConnectionIds": [lake_target(world).await],
        "transformations": [], "scheduleParams": {"startTime": now(world) + 60, "frequency": "once"}});
    make(world, "flows", &ends).await;
}

async fn runs(suite: &Suite<'_>) {
    let world = suite.world;
    let flow = flow(world, once(world), json!({})).await;
    let made = suite
        .call("createRun")
        .json(&json!({"flowId": flow}))
        .send(201)
        .await;
    suite
        .call("createRun")
        .json(&json!({"flowId": "none"}))
        .send(400)
        .await;
    let id = made["id"].as_str().unwrap();
    done(world, &flow, 1).await;
    list(suite, "listRuns", "flowId", &flow).await;
    let of = |operation| suite.call(operation).path("RUN_ID", id);
    let run = of("getRun").send(200).await["items"][0].clone();
    of("replaceRun")
        .header("If-Match", "\"x\"")
        .json(&run)
        .refused(400)
        .await;
    of("runAction").query("op", "re_trigger").send(200).await;
}
