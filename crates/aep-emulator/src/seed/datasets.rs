//! The demo datasets.

use serde_json::{Value, json};

use super::{CLIENT, ORG, USER};
use crate::ids;
use crate::state::{GLOBAL, StateError, Tx, kind};

const DATASETS: [(&str, &str); 2] = [
    (
        "Loyalty Members",
        "Members of the demo loyalty programme, a row each",
    ),
    (
        "Loyalty Purchases",
        "Purchases of the demo loyalty programme, an event each",
    ),
];

pub(super) fn fill(tx: &Tx<'_>, sandbox: &str, now: i64) -> Result<(), StateError> {
    let schemas = tx.list(kind::SCHEMA, sandbox, None)?;
    let sandbox_id = tx
        .get(kind::SANDBOX, GLOBAL, sandbox)?
        .map(|found| found["id"].clone())
        .unwrap_or_default();
    for (name, description) in DATASETS {
        let Some(schema) = schemas.iter().find(|schema| schema["title"] == name) else {
            continue;
        };
        // The same in every emulator, so that examples can name them.
        let id = ids::sha256(&format!("{sandbox}/{name}"))[..24].to_owned();
        let body = json!({
            "name": name,
            "description": description,
            "schemaRef": {"id": schema["$id"], "contentType": "application/vnd.adobe.xed+json;version=1"},
        });
        let document = document(
            &id,
            body,
            (CLIENT, USER),
            sandbox_id.as_str().unwrap_or_default(),
            now,
        );
        tx.put(kind::DATASET, sandbox, &id, "", &document)?;
    }
    Ok(())
}

/// A dataset as Catalog keeps it, from the fields its maker sent.
pub(crate) fn document(
    id: &str,
    body: Value,
    by: (&str, &str),
    sandbox_id: &str,
    now: i64,
) -> Value {
    let (client, user) = by;
    let view = ids::sha256(&format!("view of {id}"))[..24].to_owned();
    let table: String = body["name"]
        .as_str()
        .unwrap_or_default()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let mut document = json!({
        "version": "1.0.0",
        "imsOrg": ORG,
        "sandboxId": sandbox_id,
        "created": now,
        "updated": now,
        "createdClient": client,
        "createdUser": user,
        "updatedUser": user,
        "viewId": view,
        "files": format!("@/dataSets/{id}/views/{view}/files"),
        "state": "DRAFT",
        "enableErrorDiagnostics": false,
        "fileDescription": {"persisted": true, "containerFormat": "parquet", "format": "parquet"},
        "tags": {
            "adobe/pqs/table": [table],
            "adobe/siphon/table/format": ["parquet"],
            "acp_granular_plugin_validation_flags": ["identity:disabled", "profile:disabled"],
            "acp_validationContext": ["enabled"],
        },
        "classification": {"managedBy": "CUSTOMER"},
    });
    let Value::Object(body) = body else {
        return document;
    };
    for (key, value) in body {
        match (key.as_str(), value) {
            ("tags", Value::Object(tags)) => {
                for (tag, value) in tags {
                    document["tags"][tag] = value;
                }
            }
            (_, value) => document[key] = value,
        }
    }
    document
}
