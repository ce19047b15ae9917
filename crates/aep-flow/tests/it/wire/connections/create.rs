//! Making connections.

use aep_core::Secret;
use aep_flow::connections::{Streaming, StreamingData};
use aep_flow::specs::connection as spec;
use aep_flow::{Auth, CloudAccount, NewConnection};
use serde_json::{Value, json};

use super::{ETAG, ID, id};
use crate::support::Recorder;

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// The body of the only request, which makes a connection.
async fn made(new: NewConnection) -> Value {
    let server = Recorder::start([(201, json!({"id": ID, "etag": ETAG}))]).await;
    let created = server.flow.connections().create(new).await.unwrap();
    assert_eq!((created.id, created.etag.as_str()), (id(), ETAG));
    server.only().is("POST", "/connections", &[]).json()
}

#[tokio::test]
async fn a_connection_is_made_from_parts() {
    let auth = Auth::new("Access Key")
        .with_secret("s3AccessKey", secret("AKIAEXAMPLE"))
        .with_secret("s3SecretKey", secret("forty"));
    let new = NewConnection::new("events bucket", spec::AMAZON_S3_SOURCE)
        .description("raw events")
        .auth(auth);
    assert_eq!(
        made(new).await,
        json!({"name": "events bucket", "description": "raw events",
            "auth": {"specName": "Access Key",
                "params": {"s3AccessKey": "AKIAEXAMPLE", "s3SecretKey": "forty"}},
            "connectionSpec": {"id": "ecadc60c-7455-4d87-84dc-2a0e293d997b", "version": "1.0"}})
    );
}

#[tokio::test]
async fn what_was_not_said_is_not_sent() {
    assert_eq!(
        made(NewConnection::landing_zone_target("dlz out")).await,
        json!({"name": "dlz out",
            "connectionSpec": {"id": "10440537-2a7b-4583-ac39-ed38d4b848e8", "version": "1.0"}})
    );
    assert_eq!(
        made(NewConnection::profile_store("ups").description("d")).await,
        json!({"name": "ups", "description": "d",
            "connectionSpec": {"id": "8a9c3494-9708-43d7-ae3f-cda01e5030e1", "version": "1.0"}})
    );
    assert_eq!(
        made(NewConnection::data_lake("lake")).await["connectionSpec"]["id"],
        "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
    );
}

#[tokio::test]
async fn a_streaming_connection_names_its_provider() {
    let new = NewConnection::streaming("in", "source-1", Streaming::default());
    assert_eq!(
        made(new).await,
        json!({"name": "in", "providerId": "521eee4d-8cbe-4906-bb48-fb6bd4450033",
            "auth": {"specName": "Streaming Connection",
                "params": {"sourceId": "source-1", "dataType": "xdm", "name": "in"}},
            "connectionSpec": {"id": "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb", "version": "1.0"}})
    );
    let choices = Streaming {
        data: StreamingData::Raw,
        authentication_required: true,
        inlet_name: Some("inlet".to_owned()),
    };
    let sent = made(NewConnection::streaming("in", "source-1", choices)).await;
    assert_eq!(
        sent["auth"]["params"],
        json!({"sourceId": "source-1", "dataType": "raw", "name": "inlet", "authenticationRequired": true})
    );
}

#[tokio::test]
async fn targets_of_storages_have_their_own_specifications() {
    let sent = made(NewConnection::s3_target("t", secret("k"), secret("s"))).await;
    assert_eq!(
        (&sent["connectionSpec"]["id"], &sent["auth"]["specName"]),
        (
            &json!("4fce964d-3f37-408f-9778-e597338a21ee"),
            &json!("Access Key")
        )
    );
    let sent = made(NewConnection::blob_target("t", secret("c"))).await;
    assert_eq!(
        sent["auth"],
        json!({"specName": "ConnectionString", "params": {"connectionString": "c"}})
    );
    assert_eq!(
        sent["connectionSpec"]["id"],
        "6d6b59bf-fb58-4107-9064-4d246c0e5bb2"
    );
    let account = CloudAccount::Sftp {
        host: "h".to_owned(),
        user: "u".to_owned(),
        password: secret("p"),
    };
    let source = made(NewConnection::cloud_source("s", &account).unwrap()).await;
    assert_eq!(
        source["auth"]["params"],
        json!({"host": "h", "userName": "u", "password": "p"})
    );
    let target = made(NewConnection::cloud_target("s", &account).unwrap()).await;
    assert_eq!(
        target["auth"]["params"],
        json!({"domain": "h", "username": "u", "password": "p"})
    );
}

#[tokio::test]
async fn a_draft_says_so_in_the_query() {
    let server = Recorder::start([(201, json!({"id": ID, "etag": ETAG}))]).await;
    let new = NewConnection::landing_zone_target("d").draft(true);
    server.flow.connections().create(new).await.unwrap();
    server
        .only()
        .is("POST", "/connections", &[("mode", "draft")]);
}

#[tokio::test]
async fn a_document_is_sent_as_it_is() {
    let document =
        json!({"name": "mine", "connectionSpec": {"id": "x", "version": 1}, "odd": [null]});
    let server = Recorder::start([(201, json!({"id": ID, "etag": ETAG}))]).await;
    let connections = server.flow.connections();
    connections.create_document(document.clone()).await.unwrap();
    server
        .only()
        .is("POST", "/connections", &[])
        .with(&document);
}
