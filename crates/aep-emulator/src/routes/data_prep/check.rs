//! `POST /mappingSets/validate`.

use axum::extract::State;
use serde_json::{Value, json};

use super::document::schema_of;
use crate::gateway::Caller;
use crate::mapping::Rule;
use crate::problem::{Problem, catalog};
use crate::routes::{AppState, Json};
use crate::xdm::{self, Field, Kind};

/// One entry per mapping: whether it can be carried out and its destination is in the schema.
pub(super) async fn validate(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json,
) -> Result<Json, Problem> {
    let Some(mappings) = body["mappings"].as_array().cloned() else {
        return Err(catalog::bad_request("mappings must be an array"));
    };
    let schema = schema_of(&body).unwrap_or_default().to_owned();
    let resolved = state
        .store
        .read(move |tx| -> Result<_, Problem> {
            xdm::resolve(tx, &caller.sandbox, &schema)?
                .ok_or_else(|| catalog::bad_request(&format!("schema {schema} does not exist")))
        })
        .await?;
    let checked: Vec<Value> = mappings
        .iter()
        .map(|mapping| match errors(mapping, &resolved.root) {
            Some(error) => json!({"status": "FAILED", "errors": [error]}),
            None => json!({"status": "SUCCESS", "errors": null}),
        })
        .collect();
    Ok(Json(json!({"validationResponse": checked})))
}

fn errors(mapping: &Value, root: &Field) -> Option<Value> {
    let rule = match Rule::read(mapping) {
        Ok(rule) => rule,
        Err(error) => return Some(error.to_json()),
    };
    if is_in(root, rule.destination()) {
        return None;
    }
    let path = rule.destination().join(".");
    Some(json!({
        "destination": path,
        "source": mapping["source"],
        "sourceType": mapping["sourceType"],
        "exception": format!("destination path {path} is not in the schema"),
        "columnName": path,
    }))
}

fn is_in(field: &Field, path: &[String]) -> bool {
    let Some((name, rest)) = path.split_first() else {
        return true;
    };
    match &field.kind {
        Kind::Object(fields) => fields
            .iter()
            .find(|(known, _)| known == name)
            .is_some_and(|(_, field)| is_in(field, rest)),
        Kind::Map(value) => is_in(value, rest),
        _ => false,
    }
}
