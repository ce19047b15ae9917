//! The shortest answers that a client of the platform can work with.

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Provider, Reply, State, azure, s3};

pub(in crate::bench) const DATASET: &str = "5e0000000000000000000001";
pub(in crate::bench) const BATCH: &str = "01J00000000000000000000000";
const SCHEMA: &str = "https://ns.adobe.com/local/schemas/members";

pub(super) fn reply(method: &Method, path: &str, state: &State) -> Reply {
    let (status, document) = document(method, path, state);
    match document {
        Some(document) => Reply::new(status).body("application/json", document.to_string()),
        None => Reply::new(status).header("content-type", "application/json"),
    }
}

fn document(method: &Method, path: &str, state: &State) -> (StatusCode, Option<Value>) {
    let ok = |document| (StatusCode::OK, Some(document));
    if path.starts_with("/ims/token") {
        return ok(
            json!({"access_token": "discard", "token_type": "bearer", "expires_in": 86_399}),
        );
    }
    if path.contains("/sandbox-management") {
        let sandbox = json!({"name": "dev", "type": "development", "state": "active", "title": "dev", "region": "VA7"});
        let is_one = path.ends_with("/dev");
        return ok(if is_one {
            sandbox
        } else {
            json!({"sandboxes": [sandbox]})
        });
    }
    if path.contains("/connectors/landingzone") {
        return ok(zone(path.ends_with("/credentials"), state));
    }
    if path.contains("/schemaregistry/") {
        return ok(state.schema.clone());
    }
    if path.contains("/catalog/dataSets") {
        return ok(json!({DATASET: {
            "name": "discard",
            "schemaRef": {"id": SCHEMA, "contentType": "application/vnd.adobe.xed+json;version=1"},
            "fileDescription": {"format": "parquet"},
        }}));
    }
    if path.contains("/catalog/batches") {
        return ok(json!({BATCH: {
            "id": BATCH, "status": "success", "created": 1, "started": 1, "completed": 1, "updated": 1,
            "relatedObjects": [{"type": "dataSet", "id": DATASET}],
            "metrics": {"inputRecordCount": 1, "outputRecordCount": 1, "failedRecordCount": 0},
        }}));
    }
    if path.ends_with("/import/batches") && method == Method::POST {
        return (
            StatusCode::CREATED,
            Some(json!({"id": BATCH, "status": "loading"})),
        );
    }
    (StatusCode::OK, None)
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
