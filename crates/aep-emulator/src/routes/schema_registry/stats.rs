//! `GET /stats`: the tenant id, and how much there is.

use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::gateway::Caller;
use crate::problem::Problem;
use crate::routes::{AppState, Json};
use crate::seed::TENANT;
use crate::state::{StateError, kind};

const KINDS: [(&str, &str); 5] = [
    ("schemas", kind::SCHEMA),
    ("fieldgroups", kind::FIELDGROUP),
    ("datatypes", kind::DATATYPE),
    ("classes", kind::CLASS),
    ("descriptors", kind::DESCRIPTOR),
];

/// How many recent resources are shown.
const RECENT: usize = 10;

pub(super) async fn get(State(state): State<AppState>, caller: Caller) -> Result<Json, Problem> {
    let org = caller.org.clone();
    let found = state
        .store
        .read(move |tx| -> Result<Vec<(&str, Vec<Value>)>, StateError> {
            KINDS
                .iter()
                .map(|(name, kind)| Ok((*name, tx.list(kind, &caller.sandbox, None)?)))
                .collect()
        })
        .await?;
    let mut counts: Map<String, Value> = found
        .iter()
        .map(|(name, list)| ((*name).to_owned(), json!(list.len())))
        .collect();
    counts.insert("mixins".to_owned(), counts["fieldgroups"].clone());
    let mut usage = Map::new();
    for (_, list) in found.iter().filter(|(name, _)| *name == "schemas") {
        for schema in list {
            if let Some(class) = schema["meta:class"].as_str() {
                let count = usage.get(class).and_then(Value::as_u64).unwrap_or(0) + 1;
                usage.insert(class.to_owned(), json!(count));
            }
        }
    }
    counts.insert(
        "unions".to_owned(),
        json!(super::unions::classes(&found[0].1).len()),
    );
    let recent = |date: &str| {
        let mut all: Vec<&Value> = found
            .iter()
            .filter(|(name, _)| *name != "descriptors")
            .flat_map(|(_, list)| list)
            .collect();
        all.sort_by_key(|document| {
            std::cmp::Reverse(document["meta:registryMetadata"][date].as_i64())
        });
        let shown = all.into_iter().take(RECENT).map(|document| {
            json!({
                "title": document["title"],
                "description": document["description"],
                "$id": document["$id"],
                "meta:altId": document["meta:altId"],
                "meta:resourceType": document["meta:resourceType"],
                "version": document["version"],
            })
        });
        Value::Array(shown.collect())
    };
    Ok(Json(json!({
        "imsOrg": org,
        "tenantId": TENANT,
        "counts": counts,
        "recentlyCreatedResources": recent("repo:createdDate"),
        "recentlyUpdatedResources": recent("repo:lastModifiedDate"),
        "classUsage": usage,
    })))
}
