//! Batches made or changed in Catalog itself. Clients make theirs through the import service; these calls are for
//! producers inside the platform, so they cannot push an ingested batch through its states.

mod change;
mod create;
mod shape;

pub(super) use change::{delete, patch, put};
pub(super) use create::{create, create_with_id};

use serde_json::{Value, json};

use crate::problem::{Problem, catalog};

/// Tag of batches that were not made by the import service.
use crate::lake::status::MADE_IN_CATALOG as MADE_HERE;

const STATUSES: [&str; 18] = [
    "loading",
    "loaded",
    "queued",
    "processing",
    "staging",
    "staged",
    "retrying",
    "stalled",
    "success",
    "active",
    "failure",
    "failed",
    "aborted",
    "abandoned",
    "inactive",
    "deleted",
    "archived",
    "retained",
];

fn path_of(id: &str) -> Value {
    json!([format!("@/batches/{id}")])
}

/// The status of a body, if it is one.
fn status_of(body: &Value) -> Result<Option<&str>, Problem> {
    match &body["status"] {
        Value::Null => Ok(None),
        Value::String(status) if STATUSES.contains(&status.as_str()) => Ok(Some(status)),
        other => Err(catalog::bad_request(&format!(
            "status {other} is not a batch status"
        ))),
    }
}

/// The dataset a batch belongs to, if any.
fn dataset_of(batch: &Value) -> &str {
    let related = batch["relatedObjects"].as_array().into_iter().flatten();
    related
        .filter(|object| object["type"] == "dataSet")
        .find_map(|object| object["id"].as_str())
        .unwrap_or_default()
}
