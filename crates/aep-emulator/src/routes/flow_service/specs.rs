//! Connection specs and flow specs. Lists of them come whole.

use axum::extract::{Path, RawQuery};
use serde_json::{Value, json};

use super::body::Body;
use super::project::project;
use super::query::{Filter, Query};
use crate::flow::specs;
use crate::gateway::Caller;
use crate::problem::{Problem, flow};
use crate::routes::Json;

pub(super) async fn list_connection_specs(
    _: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    filtered(
        specs::connection_specs().iter().map(|spec| &spec.doc),
        query.as_deref(),
    )
}

pub(super) async fn list_flow_specs(_: Caller, RawQuery(query): RawQuery) -> Result<Json, Problem> {
    filtered(
        specs::flow_specs().iter().map(|spec| &spec.doc),
        query.as_deref(),
    )
}

pub(super) async fn get_connection_spec(
    _: Caller,
    Path(id): Path<String>,
) -> Result<Json, Problem> {
    let spec =
        specs::connection_spec(&id).ok_or_else(|| flow::not_found("connectionSpecs", &id))?;
    Ok(Json(json!({"items": [spec.doc]})))
}

pub(super) async fn get_flow_spec(_: Caller, Path(id): Path<String>) -> Result<Json, Problem> {
    let spec = specs::flow_spec(&id).ok_or_else(|| flow::not_found("flowSpecs", &id))?;
    Ok(Json(json!({"items": [spec.doc]})))
}

/// `POST /flowSpecs/search`. `groupByProperty` is passed over: what it answers is not published.
pub(super) async fn search_flow_specs(
    _: Caller,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Json, Problem> {
    let body = body.object()?;
    let query = Query::parse_search(&body, query.as_deref())?;
    let found = specs::flow_specs()
        .iter()
        .map(|spec| spec.doc.clone())
        .collect();
    let mut answer = query.answer("flowSpecs/search", found);
    project(&mut answer, body.get("projectionFields"))?;
    Ok(Json(answer))
}

/// Specs are made by providers; that the refusal holds for flow specs too is the emulator's choice.
pub(super) async fn refuse(_: Caller) -> Problem {
    flow::coded("1426-400", "a user token may not make or change specs")
}

fn filtered<'a>(
    specs: impl Iterator<Item = &'a Value>,
    query: Option<&str>,
) -> Result<Json, Problem> {
    let filters = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .filter(|(key, _)| key == "property")
        .map(|(_, value)| Filter::parse(&value))
        .collect::<Result<Vec<_>, _>>()?;
    let items: Vec<&Value> = specs
        .filter(|spec| filters.iter().all(|filter| filter.matches(spec)))
        .collect();
    Ok(Json(json!({"items": items})))
}
