//! Unions: all schemas of a class that are tagged for Profile, merged into one view.

use axum::extract::{Path, RawQuery, State};
use http::HeaderMap;
use serde_json::{Value, json};

use super::accept::Accept;
use super::list::Paging;
use super::lookup::show;
use crate::gateway::Caller;
use crate::problem::{Problem, registry};
use crate::routes::{AppState, Json};
use crate::state::kind;
use crate::xdm;

const MARK: &str = "__union";

/// Classes with at least one schema tagged `union`, each with those schemas' ids.
pub(super) fn classes(schemas: &[Value]) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for schema in schemas {
        let tags = schema["meta:immutableTags"].as_array();
        let (true, Some(class), Some(id)) = (
            tags.is_some_and(|tags| tags.contains(&json!("union"))),
            schema["meta:class"].as_str(),
            schema["$id"].as_str(),
        ) else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| known == class) {
            Some((_, ids)) => ids.push(id.to_owned()),
            None => found.push((class.to_owned(), vec![id.to_owned()])),
        }
    }
    found
}

fn document(class: &str, members: &[String]) -> Value {
    let id = format!("{class}{MARK}");
    json!({
        "$id": id,
        "meta:altId": xdm::alt_id(&id),
        "meta:resourceType": "unions",
        "version": "1.0",
        "title": format!("Union of {class}"),
        "type": "object",
        "meta:class": class,
        "meta:xdmType": "object",
        "meta:extends": members,
        "allOf": members.iter().map(|id| json!({"$ref": id, "type": "object"})).collect::<Vec<_>>(),
    })
}

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    Accept::for_list(&headers)?;
    let paging = Paging::parse(query.as_deref().unwrap_or_default())?;
    let schemas = state
        .store
        .read(move |tx| {
            tx.list(kind::SCHEMA, &caller.sandbox, None)
                .map_err(Problem::from)
        })
        .await?;
    let unions = classes(&schemas)
        .iter()
        .map(|(class, members)| document(class, members))
        .collect();
    let url = format!(
        "{}/data/foundation/schemaregistry/tenant/unions",
        state.config.url
    );
    Ok(Json(paging.answer(unions, &url, |union| union)))
}

pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    let accept = Accept::for_lookup(&headers)?;
    let shown = state
        .store
        .read(move |tx| -> Result<Value, Problem> {
            let wanted = xdm::id_of(&id);
            let schemas = tx.list(kind::SCHEMA, &caller.sandbox, None)?;
            let union = classes(&schemas)
                .iter()
                .map(|(class, members)| document(class, members))
                .find(|union| union["$id"] == wanted.as_str())
                .ok_or_else(|| {
                    registry::coded(
                        "XDM-1015-404",
                        "Resource not found",
                        &format!("the union {id} does not exist"),
                    )
                })?;
            show(tx, &caller.sandbox, union, accept)
        })
        .await?;
    Ok(Json(shown))
}
