//! Source and target connections.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_source_connection_names_its_base() {
    let world = World::new().await;
    let base = make(&world, "connections", &s3()).await;
    let body = json!({"name": "files", "description": "raw", "baseConnectionId": base, "connectionSpec": spec(S3),
        "data": {"format": "delimited", "properties": {"columnDelimiter": "|", "compressionType": "gzip", "encoding": "UTF-8"}},
        "params": {"path": "/acme/in/*.csv", "type": "folder", "recursive": "true"}});
    let id = make(&world, "sourceConnections", &body).await;
    let found = one(&world, "sourceConnections", &id).await;
    assert_eq!(found["params"], body["params"]);
    assert_eq!(found["data"], body["data"]);
    assert_eq!(
        found["inheritedAttributes"],
        json!({"baseConnection": {"id": base, "connectionSpec": spec(S3)}})
    );
    delete(&world, "sourceConnections", &id).await.expect(204);
    refused(
        delete(&world, "sourceConnections", &id).await,
        "FLOW-1439-404",
    );
}

#[tokio::test]
async fn source_connections_are_checked() {
    let world = World::new().await;
    let base = make(&world, "connections", &s3()).await;
    let other = make(
        &world,
        "connections",
        &json!({"name": "z", "connectionSpec": spec(LAKE)}),
    )
    .await;
    let body = json!({"name": "files", "baseConnectionId": base, "connectionSpec": spec(S3),
        "data": {"format": "json"}, "params": {"path": "/in", "type": "folder"}});
    let with = |changes: Value| {
        let mut body = body.clone();
        for (key, value) in changes.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    let zone = json!({"name": "z", "connectionSpec": spec(LANDING_ZONE), "data": {"format": "json"},
        "params": {"path": "dlz-user-container/a.json", "type": "file"}, "baseConnectionId": base});
    for (body, code) in [
        (with(json!({"name": null})), "CONNECTOR-1304-400"),
        (with(json!({"data": null})), "CONNECTOR-1304-400"),
        (with(json!({"data": {}})), "CONNECTOR-1304-400"),
        (
            with(json!({"data": {"format": "xml"}})),
            "CONNECTOR-1327-400",
        ),
        (
            with(json!({"data": {"format": "delimited", "properties": {"columnDelimiter": "||"}}})),
            "CONNECTOR-1331-400",
        ),
        (
            with(
                json!({"data": {"format": "delimited", "properties": {"compressionType": "rar"}}}),
            ),
            "CONNECTOR-1312-400",
        ),
        (with(json!({"params": {}})), "CONNECTOR-1304-400"),
        (
            with(json!({"params": {"path": null, "type": "file"}})),
            "CONNECTOR-1304-400",
        ),
        (
            with(json!({"params": {"path": "/in", "type": "heap"}})),
            "CONNECTOR-1312-400",
        ),
        (
            with(json!({"baseConnectionId": null})),
            "CONNECTOR-1304-400",
        ),
        (
            with(json!({"baseConnectionId": "nothing"})),
            "FLOW-1413-400",
        ),
        (with(json!({"baseConnectionId": other})), "FLOW-1413-400"),
        (with(json!({"connectionSpec": spec(LAKE)})), "FLOW-1413-400"),
        (zone, "CONNECTOR-1332-400"),
        (
            json!({"name": "lake", "connectionSpec": spec(LAKE_SOURCE), "params": {"datasets": []}}),
            "CONNECTOR-1304-400",
        ),
        (
            json!({"name": "lake", "connectionSpec": spec(LAKE_SOURCE), "params": {"datasets": [{"name": "x"}]}}),
            "CONNECTOR-1304-400",
        ),
        (
            json!({"name": "lake", "connectionSpec": spec(LAKE_SOURCE)}),
            "CONNECTOR-1304-400",
        ),
    ] {
        refused(post(&world, "sourceConnections", &body).await, code);
    }
    // The lake needs neither data nor a base connection, and may have a format that means nothing.
    for data in [json!(null), json!({"format": "delimited"})] {
        let body = json!({"name": "lake", "connectionSpec": spec(LAKE_SOURCE), "data": data,
            "params": {"datasets": [{"dataSetId": "1"}, {"dataSetId": "2"}]}});
        make(&world, "sourceConnections", &body).await;
    }
}

#[tokio::test]
async fn target_connections_are_checked() {
    let world = World::new().await;
    let lake = |data: Value, params: Value| json!({"name": "t", "connectionSpec": spec(LAKE), "data": data, "params": params});
    let base = json!({"name": "out", "connectionSpec": spec(LANDING_ZONE_TARGET)});
    let base = make(&world, "connections", &base).await;
    let good = json!({"mode": "Server-to-server", "path": "p", "compression": "NONE", "datasetFileType": "JSON"});
    let export = |params: Value| json!({"name": "t", "baseConnectionId": base, "connectionSpec": spec(LANDING_ZONE_TARGET), "params": params});
    let with = |key: &str, value: Value| {
        let mut params = good.clone();
        params[key] = value;
        export(params)
    };
    for (body, code) in [
        (
            lake(json!(null), json!({"dataSetId": "1"})),
            "CONNECTOR-1304-400",
        ),
        (
            lake(json!({"format": "parquet_xdm"}), json!({})),
            "CONNECTOR-1324-400",
        ),
        (
            lake(json!({"format": "parquet_xdm"}), json!({"datasetId": "1"})),
            "CONNECTOR-1324-400",
        ),
        (
            lake(json!({"format": "soup"}), json!({"dataSetId": "1"})),
            "CONNECTOR-1327-400",
        ),
        (
            json!({"name": "t", "connectionSpec": spec(S3), "data": {}}),
            "FLOW-1413-400",
        ),
        (with("compression", json!("gzip")), "CONNECTOR-1312-400"),
        (
            with("datasetFileType", json!("DELIMITED")),
            "CONNECTOR-1312-400",
        ),
        (with("path", json!(null)), "CONNECTOR-1304-400"),
        (with("mode", json!("by hand")), "CONNECTOR-1312-400"),
        (with("datasetFileType", json!(null)), "CONNECTOR-1304-400"),
        (
            json!({"name": "t", "connectionSpec": spec(LANDING_ZONE_TARGET), "params": good}),
            "CONNECTOR-1304-400",
        ),
    ] {
        refused(post(&world, "targetConnections", &body).await, code);
    }
    let made = make(&world, "targetConnections", &export(good.clone())).await;
    assert_eq!(
        one(&world, "targetConnections", &made).await["params"],
        good
    );
    let schema = json!({"id": "https://ns.adobe.com/x", "version": "application/vnd.adobe.xed-full+json;version=1.0"});
    let body = lake(
        json!({"format": "delimited", "schema": schema}),
        json!({"dataSetId": "1"}),
    );
    let made = make(&world, "targetConnections", &body).await;
    assert_eq!(
        one(&world, "targetConnections", &made).await["data"]["schema"],
        schema
    );
}

#[tokio::test]
async fn drafts_are_published() {
    let world = World::new().await;
    let draft = json!({"name": "later", "connectionSpec": spec(LANDING_ZONE)});
    let id = make(&world, "sourceConnections?mode=draft", &draft).await;
    refused(
        act(&world, "sourceConnections", &id, "PUBLISH").await,
        "CONNECTOR-1304-400",
    );
    let ops = json!([{"op": "add", "path": "/data", "value": {"format": "json"}},
        {"op": "add", "path": "/params", "value": {"path": "dlz-user-container/a", "type": "file"}}]);
    change(&world, "sourceConnections", &id, &ops)
        .await
        .expect(200);
    let receipt = act(&world, "sourceConnections", &id, "PUBLISH")
        .await
        .expect(200);
    let found = one(&world, "sourceConnections", &id).await;
    assert_eq!(
        (&found["state"], &found["etag"]),
        (&json!("enabled"), &receipt["etag"])
    );
}
