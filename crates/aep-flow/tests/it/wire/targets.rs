//! Target connections.

use aep_core::{DatasetId, SchemaId, Secret};
use aep_flow::{
    CloudAccount, ConnectionId, ExportFormat, FileFormat, NewTarget, PatchOp, TargetConnectionId,
    TargetFilter,
};
use futures::TryStreamExt;
use serde_json::{Value, json};

use crate::support::Recorder;

const ID: &str = "f7eb08fa-5f04-4e45-ab08-fa5f046e45ee";
const ETAG: &str = "\"e0028c6c-0000-0200-0000-5e73aaf70000\"";

fn id() -> TargetConnectionId {
    TargetConnectionId::new(ID).unwrap()
}

fn connection() -> ConnectionId {
    ConnectionId::new("c-1").unwrap()
}

/// The body of the only request, which makes a target connection.
async fn made(new: NewTarget) -> Value {
    let server = Recorder::start([(201, json!({"id": ID, "etag": ETAG}))]).await;
    let created = server.flow.targets().create(new).await.unwrap();
    assert_eq!(created.id, id());
    server.only().is("POST", "/targetConnections", &[]).json()
}

fn lake() -> NewTarget {
    let dataset = DatasetId::new("635865d23b3f261ba5a8589b").unwrap();
    let schema = SchemaId::new("https://ns.adobe.com/tenant/schemas/abc").unwrap();
    NewTarget::data_lake("lake", dataset, schema)
}

#[tokio::test]
async fn a_dataset_of_the_lake_with_its_schema() {
    assert_eq!(
        made(lake()).await,
        json!({"name": "lake",
            "data": {"format": "parquet_xdm", "schema": {"id": "https://ns.adobe.com/tenant/schemas/abc",
                "version": "application/vnd.adobe.xed-full+json;version=1"}},
            "params": {"dataSetId": "635865d23b3f261ba5a8589b"},
            "connectionSpec": {"id": "c604ff05-7f1a-43c0-8e18-33bf874cb11c", "version": "1.0"}})
    );
    let older = lake()
        .connection(connection())
        .data(FileFormat::Delimited)
        .description("d");
    let sent = made(older).await;
    assert_eq!(sent["baseConnectionId"], "c-1");
    assert_eq!(sent["description"], "d");
    assert_eq!(sent["data"]["format"], "delimited");
}

#[tokio::test]
async fn exports_to_the_landing_zone_are_compressed() {
    let zone = || NewTarget::landing_zone("out", connection(), "exports/cities");
    assert_eq!(
        made(zone()).await,
        json!({"name": "out", "baseConnectionId": "c-1",
            "params": {"mode": "Server-to-server", "path": "exports/cities", "compression": "GZIP",
                "datasetFileType": "PARQUET"},
            "connectionSpec": {"id": "10440537-2a7b-4583-ac39-ed38d4b848e8", "version": "1.0"}})
    );
    let sent = made(zone().files(ExportFormat::Json)).await;
    assert_eq!(sent["params"]["datasetFileType"], "JSON");
    assert_eq!(sent["params"]["compression"], "GZIP");
}

#[tokio::test]
async fn exports_to_storages_name_place_and_path_as_each_wants_it() {
    let secret = || Secret::new("s".to_owned());
    let text = || "t".to_owned();
    let accounts = [
        (
            CloudAccount::AmazonS3 {
                access_key: secret(),
                secret_key: secret(),
            },
            Some("b"),
            json!({"bucketName": "b", "path": "p"}),
        ),
        (
            CloudAccount::GoogleCloudStorage {
                access_key_id: text(),
                secret_access_key: secret(),
            },
            Some("b"),
            json!({"bucketName": "b", "path": "p"}),
        ),
        (
            CloudAccount::AzureBlob {
                connection_string: secret(),
            },
            Some("b"),
            json!({"container": "b", "path": "p"}),
        ),
        (
            CloudAccount::AdlsGen2 {
                url: text(),
                principal_id: text(),
                principal_key: secret(),
                tenant: text(),
            },
            None,
            json!({"path": "p"}),
        ),
        (
            CloudAccount::Sftp {
                host: text(),
                user: text(),
                password: secret(),
            },
            None,
            json!({"remotePath": "p"}),
        ),
    ];
    for (account, bucket, place) in accounts {
        let new = NewTarget::cloud_export("out", &account, connection(), bucket, "p").unwrap();
        let mut wanted = place;
        for (key, value) in [
            ("mode", "Server-to-server"),
            ("compression", "GZIP"),
            ("datasetFileType", "PARQUET"),
        ] {
            wanted[key] = value.into();
        }
        assert_eq!(made(new).await["params"], wanted, "{}", account.name());
        let wrong = if bucket.is_some() { None } else { Some("b") };
        assert!(NewTarget::cloud_export("out", &account, connection(), wrong, "p").is_err());
    }
}

#[tokio::test]
async fn everything_else() {
    let one = json!({"id": ID, "name": "lake", "etag": ETAG,
        "data": {"schema": {"schemaId": "https://ns.adobe.com/tenant/schemas/abc"}},
        "params": {"dataSetId": "d-1"}});
    let document = json!({"connectionSpec": {"id": "x"}, "params": {"dataSetId": "d"}});
    let server = Recorder::start([
        (200, json!({"items": [one]})),
        (200, json!({"items": [one]})),
        (200, json!({"items": [one]})),
        (201, json!({"id": ID, "etag": ETAG})),
        (200, json!({"id": ID, "etag": "\"2\""})),
        (204, Value::Null),
        (200, json!({"id": ID, "etag": "\"3\""})),
        (200, json!({"count": 3})),
    ])
    .await;
    let targets = server.flow.targets();
    let listed: Vec<_> = targets
        .list(TargetFilter::default())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(listed[0].datasets()[0].as_str(), "d-1");
    assert!(listed[0].schema().is_some());
    targets.get(&id()).await.unwrap();
    targets.find("lake").await.unwrap();
    targets.create_document(document.clone()).await.unwrap();
    let operation = vec![PatchOp::add("/description", "d")];
    targets.update(&id(), ETAG, operation).await.unwrap();
    targets.delete(&id()).await.unwrap();
    targets.publish(&id()).await.unwrap();
    assert_eq!(targets.count(&TargetFilter::default()).await.unwrap(), 3);
    let seen = server.seen();
    let path = format!("/targetConnections/{ID}");
    seen[0].is("GET", "/targetConnections", &[("limit", "100")]);
    seen[1].is("GET", &path, &[]);
    seen[2].is(
        "GET",
        "/targetConnections",
        &[("property", "name==lake"), ("limit", "100")],
    );
    seen[3]
        .is("POST", "/targetConnections", &[])
        .with(&document);
    seen[4]
        .is("PATCH", &path, &[])
        .to(ETAG)
        .with(&json!([{"op": "add", "path": "/description", "value": "d"}]));
    seen[5].is("DELETE", &path, &[]).bare();
    seen[6]
        .is("POST", &format!("{path}/action"), &[("op", "publish")])
        .bare();
    seen[7].is("GET", "/targetConnections", &[("count", "true")]);
}
