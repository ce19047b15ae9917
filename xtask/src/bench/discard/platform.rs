//! The shortest answers that a client of the platform can work with.

use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::batches::{self, CATALOG, EXPORT, IMPORT};
use super::{Content, Provider, Reply, State, azure, lock, s3};

pub(in crate::bench) const MEMBERS: &str = "5e0000000000000000000001";
pub(in crate::bench) const PURCHASES: &str = "5e0000000000000000000002";
pub(in crate::bench) const MEMBERS_SCHEMA: &str = "https://ns.adobe.com/local/schemas/members";
pub(in crate::bench) const PURCHASES_SCHEMA: &str = "https://ns.adobe.com/local/schemas/purchases";

pub(super) fn reply(head: &Parts, content: &Content, state: &State) -> Reply {
    let path = head.uri.path().trim_end_matches('/');
    if let Some(rest) = path.strip_prefix(IMPORT) {
        return lock(&state.batches).import(head, rest, content);
    }
    if let Some(rest) = path.strip_prefix(CATALOG) {
        return catalog(head, rest, state);
    }
    if let Some(rest) = path.strip_prefix(EXPORT) {
        return lock(&state.batches).export(rest);
    }
    let document = document(&head.method, path, content, state);
    document.map_or_else(|| Reply::new(StatusCode::NOT_FOUND), ok)
}

/// An answer with a document.
pub(super) fn ok(document: impl std::borrow::Borrow<Value>) -> Reply {
    Reply::new(StatusCode::OK).body("application/json", document.borrow().to_string())
}

fn document(method: &Method, path: &str, content: &Content, state: &State) -> Option<Value> {
    if path.starts_with("/ims/token") {
        return Some(
            json!({"access_token": "discard", "token_type": "bearer", "expires_in": 86_399}),
        );
    }
    if path.contains("/sandbox-management") {
        let sandbox = json!({"name": "dev", "type": "development", "state": "active", "title": "dev", "region": "VA7"});
        let is_one = path.ends_with("/dev");
        return Some(if is_one {
            sandbox
        } else {
            json!({"sandboxes": [sandbox]})
        });
    }
    if path.contains("/connectors/landingzone") {
        return Some(zone(path.ends_with("/credentials"), state));
    }
    if path.contains("/schemaregistry/") {
        let schemas = &state.schemas;
        return Some(if path.contains("purchases") {
            schemas.purchases.clone()
        } else {
            schemas.members.clone()
        });
    }
    if path.starts_with("/collection/") && method == Method::POST {
        return Some(messages(path, &content.document));
    }
    None
}

/// An inlet takes every message.
fn messages(path: &str, document: &[u8]) -> Value {
    if !path.starts_with("/collection/batch/") {
        return json!({"inletId": "discard", "xactionId": "discard:0", "receivedTimeMs": 1});
    }
    let body: Value = serde_json::from_slice(document).unwrap_or_default();
    let count = body["messages"].as_array().map_or(0, Vec::len);
    let responses: Vec<Value> = (0..count)
        .map(|at| json!({"xactionId": format!("discard:{at}")}))
        .collect();
    json!({"inletId": "discard", "batchId": "discard", "receivedTimeMs": 1, "responses": responses})
}

fn catalog(head: &Parts, path: &str, state: &State) -> Reply {
    let dataset = |name: &str, schema: &str| {
        json!({
            "name": name,
            "schemaRef": {"id": schema, "contentType": "application/vnd.adobe.xed+json;version=1"},
            "fileDescription": {"format": "parquet"},
        })
    };
    let members = dataset("members", MEMBERS_SCHEMA);
    let purchases = dataset("purchases", PURCHASES_SCHEMA);
    match path.strip_prefix("/dataSets") {
        Some("") => ok(json!({MEMBERS: members, PURCHASES: purchases})),
        Some(id) if id.trim_start_matches('/') == MEMBERS => ok(json!({MEMBERS: members})),
        Some(id) if id.trim_start_matches('/') == PURCHASES => ok(json!({PURCHASES: purchases})),
        Some(_) => Reply::new(StatusCode::NOT_FOUND),
        None => batches::catalog(&lock(&state.batches), head, path),
    }
}

/// The landing zone: where it is, or what opens it.
fn zone(credentials: bool, state: &State) -> Value {
    let path = json!({"bucketName": s3::BUCKET, "dlzFolder": s3::FOLDER});
    match (state.provider, credentials) {
        (Provider::Azure, false) => {
            json!({"containerName": azure::CONTAINER, "containerTTL": "7"})
        }
        (Provider::Azure, true) => json!({
            "containerName": azure::CONTAINER,
            "SASToken": azure::SAS,
            "storageAccountName": azure::ACCOUNT.trim_start_matches('/'),
            "SASUri": azure::sas_uri(&state.url, ""),
            "expiryDate": "2099-12-31",
        }),
        (Provider::S3, false) => json!({
            "dlzPath": path,
            "dataTTL": {"timeUnit": "days", "timeQuantity": 7},
            "dlzProvider": "Amazon S3",
        }),
        (Provider::S3, true) => json!({
            "credentials": {
                "clientId": "discard", "awsAccessKeyId": "ASIADISCARDDISCARD00",
                "awsSecretAccessKey": "discard", "awsSessionToken": "discard",
            },
            "dlzPath": path,
            "dlzProvider": "Amazon S3",
            "expiryTime": 4_102_444_799_u64,
        }),
    }
}
