//! Source connections.

use aep_core::{DatasetId, SchemaId};
use aep_flow::specs::connection as spec;
use aep_flow::{
    ConnectionId, DataFormat, FileFormat, NewSource, PatchOp, SchemaRef, SourceConnectionId,
    SourceFilter,
};
use futures::TryStreamExt;
use serde_json::{Value, json};

use crate::support::Recorder;

const ID: &str = "26b53912-1005-49f0-b539-12100559f0e2";
const ETAG: &str = "\"e0028c6c-0000-0200-0000-5e73aaf70000\"";

fn id() -> SourceConnectionId {
    SourceConnectionId::new(ID).unwrap()
}

fn connection() -> ConnectionId {
    ConnectionId::new("c-1").unwrap()
}

/// The body of the only request, which makes a source connection.
async fn made(new: NewSource) -> Value {
    let server = Recorder::start([(201, json!({"id": ID, "etag": ETAG}))]).await;
    let created = server.flow.sources().create(new).await.unwrap();
    assert_eq!((created.id, created.etag.as_str()), (id(), ETAG));
    server.only().is("POST", "/sourceConnections", &[]).json()
}

#[tokio::test]
async fn lists_counts_and_single_ones() {
    let one = json!({"id": ID, "name": "in", "baseConnectionId": "c-1", "etag": ETAG,
        "data": {"format": "delimited", "properties": {"columnDelimiter": ";"}},
        "params": {"path": "/in", "type": "folder", "recursive": "true"},
        "connectionSpec": {"id": spec::AMAZON_S3_SOURCE, "version": "1.0"}});
    let server = Recorder::start([
        (200, json!({"items": [one]})),
        (200, json!({"count": 1})),
        (200, json!({"items": [one]})),
        (200, json!({"items": [one]})),
    ])
    .await;
    let sources = server.flow.sources();
    let filter = SourceFilter {
        property: vec!["baseConnectionId==c-1".parse().unwrap()],
        ..SourceFilter::default()
    };
    let listed: Vec<_> = sources.list(filter.clone()).try_collect().await.unwrap();
    assert_eq!(listed[0].connection, Some(connection()));
    assert_eq!(listed[0].data.column_delimiter, Some(';'));
    assert_eq!(listed[0].path().as_deref(), Some("/in"));
    assert_eq!(sources.count(&filter).await.unwrap(), 1);
    assert_eq!(sources.get(&id()).await.unwrap().name, "in");
    assert_eq!(sources.find("in").await.unwrap().id, id());
    let seen = server.seen();
    let property = ("property", "baseConnectionId==c-1");
    seen[0].is("GET", "/sourceConnections", &[property, ("limit", "100")]);
    seen[1].is("GET", "/sourceConnections", &[property, ("count", "true")]);
    seen[2].is("GET", &format!("/sourceConnections/{ID}"), &[]);
    seen[3].is(
        "GET",
        "/sourceConnections",
        &[("property", "name==in"), ("limit", "100")],
    );
}

#[tokio::test]
async fn files_of_the_landing_zone() {
    assert_eq!(
        made(NewSource::landing_zone("dlz in", "dlz-user-container/in/")).await,
        json!({"name": "dlz in", "data": {"format": "delimited"},
            "params": {"path": "dlz-user-container/in/", "type": "folder", "recursive": true},
            "connectionSpec": {"id": "26f526f2-58f4-4712-961d-e41bf1ccc0e8", "version": "1.0"}})
    );
    let one =
        NewSource::landing_zone("dlz in", "dlz-user-container/a.json").format(FileFormat::Json);
    assert_eq!(
        made(one).await,
        json!({"name": "dlz in", "data": {"format": "json"},
            "params": {"path": "dlz-user-container/a.json", "type": "file"},
            "connectionSpec": {"id": "26f526f2-58f4-4712-961d-e41bf1ccc0e8", "version": "1.0"}})
    );
    let some = NewSource::landing_zone("dlz in", "dlz-user-container/in/*.csv").recursive(false);
    assert_eq!(
        made(some).await["params"],
        json!({"path": "dlz-user-container/in/*.csv", "type": "folder", "recursive": false})
    );
}

#[tokio::test]
async fn datasets_of_the_lake_have_no_format() {
    let datasets = ["635865d23b3f261ba5a8589b", "635865d23b3f261ba5a8589c"]
        .map(|id| DatasetId::new(id).unwrap());
    assert_eq!(
        made(NewSource::data_lake("lake", datasets).description("all")).await,
        json!({"name": "lake", "description": "all",
            "params": {"datasets": [{"dataSetId": "635865d23b3f261ba5a8589b"},
                {"dataSetId": "635865d23b3f261ba5a8589c"}]},
            "connectionSpec": {"id": "23598e46-f560-407b-88d5-ea6207e49db0", "version": "1.0"}})
    );
}

#[tokio::test]
async fn a_stream_is_json() {
    assert_eq!(
        made(NewSource::streaming("in", connection())).await,
        json!({"name": "in", "providerId": "521eee4d-8cbe-4906-bb48-fb6bd4450033",
            "baseConnectionId": "c-1", "data": {"format": "json"},
            "connectionSpec": {"id": "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb", "version": "1.0"}})
    );
}

#[tokio::test]
async fn files_of_a_cloud_storage_with_everything_about_them() {
    let data = DataFormat {
        format: Some(FileFormat::Delimited),
        column_delimiter: Some('\t'),
        encoding: Some("ISO-8859-1".to_owned()),
        compression: Some("gzip".to_owned()),
    };
    let schema = SchemaId::new("https://ns.adobe.com/tenant/schemas/abc").unwrap();
    let new = NewSource::cloud("in", spec::AMAZON_S3_SOURCE, connection(), "bucket/in/")
        .data(data)
        .schema(SchemaRef::new(schema))
        .param("bucketName", "bucket");
    assert_eq!(
        made(new).await,
        json!({"name": "in", "baseConnectionId": "c-1",
            "data": {"format": "delimited", "properties": {"columnDelimiter": "\t",
                "encoding": "ISO-8859-1", "compressionType": "gzip"},
                "schema": {"id": "https://ns.adobe.com/tenant/schemas/abc",
                    "version": "application/vnd.adobe.xed-full+json;version=1"}},
            "params": {"path": "bucket/in/", "type": "folder", "recursive": true, "bucketName": "bucket"},
            "connectionSpec": {"id": "ecadc60c-7455-4d87-84dc-2a0e293d997b", "version": "1.0"}})
    );
}

#[tokio::test]
async fn anything_else_by_its_parameters() {
    let new = NewSource::new("accounts", spec::SALESFORCE_SOURCE)
        .connection(connection())
        .format(FileFormat::Tabular)
        .param("tableName", "Accounts")
        .param("columns", json!([{"name": "Id", "type": "string"}]));
    assert_eq!(
        made(new).await["params"],
        json!({"tableName": "Accounts", "columns": [{"name": "Id", "type": "string"}]})
    );
}

#[tokio::test]
async fn documents_changes_deletion_and_publication() {
    let document =
        json!({"name": "n", "connectionSpec": {"id": "x"}, "params": {"recursive": "true"}});
    let server = Recorder::start([
        (201, json!({"id": ID, "etag": ETAG})),
        // the document says that a change answers a list
        (200, json!({"items": [{"id": ID, "etag": "\"2\""}]})),
        (204, Value::Null),
        (200, json!({"id": ID, "etag": "\"3\""})),
        (201, json!({"id": ID, "etag": ETAG})),
    ])
    .await;
    let sources = server.flow.sources();
    sources.create_document(document.clone()).await.unwrap();
    let operation = vec![PatchOp::replace("/params/path", "/out")];
    let changed = sources.update(&id(), ETAG, operation).await.unwrap();
    assert_eq!(changed.etag, "\"2\"");
    sources.delete(&id()).await.unwrap();
    assert_eq!(sources.publish(&id()).await.unwrap().etag, "\"3\"");
    let draft = NewSource::new("d", spec::AMAZON_S3_SOURCE).draft(true);
    sources.create(draft).await.unwrap();
    let seen = server.seen();
    let path = format!("/sourceConnections/{ID}");
    seen[0]
        .is("POST", "/sourceConnections", &[])
        .with(&document);
    seen[1]
        .is("PATCH", &path, &[])
        .to(ETAG)
        .with(&json!([{"op": "replace", "path": "/params/path", "value": "/out"}]));
    seen[2].is("DELETE", &path, &[]).bare();
    seen[3]
        .is("POST", &format!("{path}/action"), &[("op", "publish")])
        .bare();
    seen[4].is("POST", "/sourceConnections", &[("mode", "draft")]);
}
