//! Making flows: what they must be like, and what follows from it.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_flow_shows_what_it_inherits() {
    let world = World::new().await;
    let mut body = zone_flow(&world, "nightly").await;
    body["description"] = json!("csv from the landing zone");
    body["options"] = json!({"errorDiagnosticsEnabled": true, "partialIngestionPercent": "5"});
    let answer = post(&world, "flows", &body).await;
    assert!(answer.header("location").unwrap().contains("/flows/"));
    let made = answer.expect(201);
    let id = made["id"].as_str().unwrap();
    let flow = one(&world, "flows", id).await;
    assert_eq!(flow["state"], "enabled");
    assert_eq!(flow["flowSpec"], spec(CLOUD_TO_LAKE));
    assert_eq!(flow["description"], body["description"]);
    assert_eq!(flow["scheduleParams"], body["scheduleParams"]);
    assert_eq!(
        flow["options"],
        json!({"errorDiagnosticsEnabled": true, "partialIngestionPercent": 5})
    );
    assert_eq!(
        flow["inheritedAttributes"],
        json!({"properties": {"isSourceFlow": true},
            "sourceConnections": [{"id": body["sourceConnectionIds"][0], "connectionSpec": spec(LANDING_ZONE)}],
            "targetConnections": [{"id": body["targetConnectionIds"][0], "connectionSpec": spec(LAKE)}]})
    );
    assert_eq!(flow["lastOperation"]["operation"], "create");
    assert_eq!(flow["runs"], format!("/runs?property=flowId=={id}"));
    assert!(flow["providerRefId"].is_string());
}

#[tokio::test]
async fn an_export_inherits_its_base_and_ends_after_six_months() {
    let world = World::new().await;
    let body = export_flow(&world).await;
    let id = make(&world, "flows", &body).await;
    let flow = one(&world, "flows", &id).await;
    assert_eq!(
        flow["inheritedAttributes"]["properties"],
        json!({"isDestinationFlow": true})
    );
    assert!(
        flow["inheritedAttributes"]["targetConnections"][0]["baseConnection"]["id"].is_string()
    );
    let months = (flow["scheduleParams"]["endTime"].as_i64().unwrap() - now(&world)) / 86_400;
    assert!((180..=185).contains(&months), "{months}");
}

#[tokio::test]
async fn a_streaming_flow_has_an_inlet_and_no_schedule() {
    let world = World::new().await;
    let mut body = stream_flow(&world).await;
    body["scheduleParams"] = json!({"interval": "15", "frequency": "minute"});
    let id = make(&world, "flows", &body).await;
    let flow = one(&world, "flows", &id).await;
    assert!(flow["scheduleParams"].is_null());
    assert_eq!(flow["transformations"], json!([]));
    let inlet = flow["options"]["inletUrl"].as_str().unwrap();
    assert!(inlet.starts_with(&format!("{}/collection/", world.emulator.url())));
    let base = &flow["inheritedAttributes"]["sourceConnections"][0]["baseConnection"]["id"];
    let base = one(&world, "connections", base.as_str().unwrap()).await;
    assert_eq!(base["auth"]["params"]["inletUrl"], inlet);
    body["flowSpec"] = spec("c1a19761-d2c7-4702-b9fa-fe91f0613e81");
    refused(post(&world, "flows", &body).await, "CONNECTOR-1328-400");
}

#[tokio::test]
async fn datasets_go_to_profile_and_identity_store_by_flows_of_their_own() {
    let world = World::new().await;
    let dataset = world.dataset("Loyalty Members").await;
    let mut made = Vec::new();
    for (flow_spec, store) in [("dataset_to_ups", "ups"), ("dataset_to_uis", "uis")] {
        let id = async |path: &str, name: &str| {
            let url = at(&format!("{path}?property=name=={name}"));
            world.get(&url).await.expect(200)["items"][0]["id"].clone()
        };
        let (flow_spec, store) = (
            id("flowSpecs", flow_spec).await,
            id("connectionSpecs", store).await,
        );
        let source = json!({"name": "lake", "connectionSpec": spec(LAKE_SOURCE), "params": {"dataSetId": dataset}});
        let target = json!({"name": "store", "connectionSpec": spec(store.as_str().unwrap())});
        let body = json!({"name": "internal", "flowSpec": spec(flow_spec.as_str().unwrap()),
            "sourceConnectionIds": [make(&world, "sourceConnections", &source).await],
            "targetConnectionIds": [make(&world, "targetConnections", &target).await]});
        let flow = make(&world, "flows", &body).await;
        let flow = one(&world, "flows", &flow).await;
        assert_eq!(flow["inheritedAttributes"]["properties"], json!({}));
        assert_eq!(flow["state"], "enabled");
        made.push((store, flow["id"].clone()));
    }
    // The two are told apart by the store they fill.
    let by_store = "property=inheritedAttributes.targetConnections[].connectionSpec.id";
    for (store, flow) in made {
        let url = at(&format!("flows?{by_store}=={}", store.as_str().unwrap()));
        let found = world.get(&url).await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        assert_eq!(found["items"][0]["id"], flow);
    }
}

#[tokio::test]
async fn flows_are_checked() {
    let world = World::new().await;
    let body = zone_flow(&world, "f").await;
    let export = export_flow(&world).await;
    let with = |changes: Value| {
        let mut body = body.clone();
        for (key, value) in changes.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    let (source, target) = (
        &body["sourceConnectionIds"][0],
        &body["targetConnectionIds"][0],
    );
    let strange = json!({"name": "s", "connectionSpec": spec(LAKE), "data": {}, "params": {"dataSetId": "nothing"}});
    let strange = make(&world, "targetConnections", &strange).await;
    let draft = json!({"name": "later", "connectionSpec": spec(LANDING_ZONE)});
    let draft = make(&world, "sourceConnections?mode=draft", &draft).await;
    let mapping =
        |params: Value| with(json!({"transformations": [{"name": "Mapping", "params": params}]}));
    for (body, code) in [
        (with(json!({"state": "enabled"})), "FLOW-1410-400"),
        (with(json!({"mode": "draft"})), "CONNECTOR-1368-400"),
        (with(json!({"flowSpec": null})), "FLOW-1413-400"),
        (with(json!({"flowSpec": spec("nothing")})), "FLOW-1413-400"),
        (with(json!({"name": null})), "CONNECTOR-1304-400"),
        (
            with(json!({"sourceConnectionIds": []})),
            "CONNECTOR-1320-400",
        ),
        (
            with(json!({"sourceConnectionIds": [source, source]})),
            "CONNECTOR-1320-400",
        ),
        (
            with(json!({"targetConnectionIds": null})),
            "CONNECTOR-1321-400",
        ),
        (
            with(json!({"sourceConnectionIds": ["nothing"]})),
            "FLOW-1413-400",
        ),
        (
            with(json!({"sourceConnectionIds": [target]})),
            "FLOW-1413-400",
        ),
        (
            with(json!({"sourceConnectionIds": [draft]})),
            "FLOW-1420-400",
        ),
        (
            with(json!({"sourceConnectionIds": export["sourceConnectionIds"]})),
            "FLOW-1413-400",
        ),
        (
            with(json!({"targetConnectionIds": export["targetConnectionIds"]})),
            "CONNECTOR-1307-400",
        ),
        (
            with(json!({"targetConnectionIds": [strange]})),
            "CONNECTOR-1325-400",
        ),
        (with(json!({"scheduleParams": null})), "CONNECTOR-1317-400"),
        (with(json!({"transformations": {}})), "FLOW-1452-400"),
        (
            with(json!({"transformations": [{"params": {}}]})),
            "FLOW-1419-400",
        ),
        (mapping(json!({})), "CONNECTOR-1370-400"),
        (
            mapping(json!({"mappingId": "nothing", "mappingVersion": 0})),
            "FLOW-1419-400",
        ),
        (
            with(json!({"options": {"partialIngestionPercent": 0}})),
            "CONNECTOR-1312-400",
        ),
        (
            with(json!({"options": {"errorDiagnosticsEnabled": "perhaps"}})),
            "CONNECTOR-1312-400",
        ),
        (with(json!({"policy": {"fields": []}})), "FLOW-1431-400"),
    ] {
        refused(post(&world, "flows", &body).await, code);
    }
    let none = world.get(&at("flows?count=true")).await.expect(200);
    assert_eq!(none, json!({"count": 0}));
}

#[tokio::test]
async fn a_mapping_fits_the_dataset_it_fills() {
    let world = World::new().await;
    let mut body = zone_flow(&world, "mapped").await;
    let set = async |dataset: &str| {
        let id = world.dataset(dataset).await;
        let url = format!("{}/dataSets/{id}", crate::support::CATALOG);
        let schema = world.get(&url).await.expect(200)[&id]["schemaRef"]["id"].clone();
        let set = json!({"outputSchema": {"schemaRef": {"id": schema, "contentType": "application/vnd.adobe.xed-full+json;version=1"}},
            "mappings": [{"sourceType": "ATTRIBUTE", "source": "id", "destination": "_id"}]});
        let request = world.request("POST", "/data/foundation/conversion/mappingSets");
        send(request.json(&set)).await.expect(200)["id"].clone()
    };
    let (members, purchases) = (set("Loyalty Members").await, set("Loyalty Purchases").await);
    let mapping = |id: &Value, version: Value| json!([{"name": "Mapping", "params": {"mappingId": id, "mappingVersion": version}}]);
    for (transformations, code) in [
        (mapping(&purchases, json!(0)), "FLOW-1425-400"),
        (mapping(&members, json!(1)), "FLOW-1412-400"),
        (mapping(&members, json!("newest")), "FLOW-1412-400"),
    ] {
        body["transformations"] = transformations;
        refused(post(&world, "flows", &body).await, code);
    }
    for version in [json!(0), json!("0"), json!(null)] {
        body["transformations"] = mapping(&members, version);
        make(&world, "flows", &body).await;
    }
    // A mapping that is patched in is checked like one that is sent at first.
    let id = make(&world, "flows", &body).await;
    let ops = json!([{"op": "replace", "path": "/transformations/0", "value": mapping(&purchases, json!(0))[0]}]);
    refused(change(&world, "flows", &id, &ops).await, "FLOW-1425-400");
}

#[tokio::test]
async fn what_a_flow_uses_cannot_be_deleted() {
    let world = World::new().await;
    let body = export_flow(&world).await;
    let id = make(&world, "flows", &body).await;
    let source = body["sourceConnectionIds"][0].as_str().unwrap();
    let target = body["targetConnectionIds"][0].as_str().unwrap();
    let base = one(&world, "targetConnections", target).await["baseConnectionId"].clone();
    let base = base.as_str().unwrap();
    refused(delete(&world, "connections", base).await, "FLOW-1418-400");
    refused(
        delete(&world, "sourceConnections", source).await,
        "FLOW-1447-400",
    );
    refused(
        delete(&world, "targetConnections", target).await,
        "FLOW-1447-400",
    );
    assert_eq!(delete(&world, "flows", &id).await.text, "");
    let gone = refused(
        world.get(&at(&format!("flows/{id}"))).await,
        "FLOW-1439-404",
    );
    assert_eq!(gone["report"]["type"], "flows");
    assert_eq!(gone["report"]["id"], id);
    assert_eq!(gone["title"], "Resource not found");
    for (path, id) in [
        ("targetConnections", target),
        ("sourceConnections", source),
        ("connections/", base),
    ] {
        let path = path.trim_end_matches('/');
        // A slash at the end is as good as none.
        let url = at(&format!("{path}/{id}/"));
        send(world.request("DELETE", &url)).await.expect(204);
    }
}

#[tokio::test]
async fn sandboxes_are_separate() {
    let world = World::new().await;
    let id = make(&world, "flows", &zone_flow(&world, "mine").await).await;
    let elsewhere = |method: &str, path: &str| {
        world
            .bare(method, &at(path))
            .bearer_auth(&world.token)
            .header("x-api-key", "local-client")
            .header("x-gw-ims-org-id", "LOCAL@AdobeOrg")
            .header("x-sandbox-name", "prod")
    };
    refused(
        send(elsewhere("GET", &format!("flows/{id}"))).await,
        "FLOW-1439-404",
    );
    refused(
        send(elsewhere("DELETE", &format!("flows/{id}"))).await,
        "FLOW-1439-404",
    );
    for path in ["flows", "sourceConnections", "targetConnections", "runs"] {
        let list = send(elsewhere("GET", path)).await.expect(200);
        assert_eq!(list["items"], json!([]), "{path}");
    }
    let missing = world
        .bare("GET", &at("flows"))
        .bearer_auth(&world.token)
        .header("x-api-key", "local-client")
        .header("x-gw-ims-org-id", "LOCAL@AdobeOrg")
        .header("x-sandbox-name", "nowhere");
    refused(send(missing).await, "FLOW-2100-404");
}
