//! `GET` of mapping sets and their mappings.

use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};

use crate::gateway::Caller;
use crate::mapping;
use crate::problem::{Problem, catalog};
use crate::routes::{AppState, Json};

/// Default and largest page. Only the default is published.
const LIMIT: usize = 10;
const MOST: usize = 100;

/// The query of a list.
#[derive(Debug)]
struct Asked {
    limit: usize,
    start: usize,
    name: Option<String>,
    order: Option<String>,
}

impl Asked {
    fn read(query: Option<&str>) -> Result<Self, Problem> {
        let mut asked = Self {
            limit: LIMIT,
            start: 0,
            name: None,
            order: None,
        };
        for (key, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let number = || {
                value
                    .parse::<usize>()
                    .map_err(|_| catalog::bad_request(&format!("{key} must be a whole number")))
            };
            match key.as_ref() {
                "limit" => asked.limit = number()?.clamp(1, MOST),
                "start" => asked.start = number()?,
                "name" => asked.name = Some(value.into_owned()),
                "orderBy" => asked.order = Some(value.into_owned()),
                "expandSchema" => truth(&key, &value)?,
                _ => {}
            }
        }
        Ok(asked)
    }

    fn sort(&self, sets: &mut [Value]) -> Result<(), Problem> {
        let order = self.order.as_deref().unwrap_or("-updatedDate");
        let (name, falling) = match order.strip_prefix('-') {
            Some(name) => (name, true),
            None => (order.strip_prefix('+').unwrap_or(order).trim(), false),
        };
        let field = match name {
            "createdDate" => "createdDate",
            "updatedDate" | "modifiedDate" | "lastUpdateDate" => "modifiedDate",
            _ => {
                return Err(catalog::bad_request(&format!(
                    "orderBy {order} is none of createdDate, updatedDate"
                )));
            }
        };
        sets.sort_by_key(|set| set[field].as_i64());
        if falling {
            sets.reverse();
        }
        Ok(())
    }
}

fn truth(key: &str, value: &str) -> Result<(), Problem> {
    value
        .to_ascii_lowercase()
        .parse::<bool>()
        .map(drop)
        .map_err(|_| catalog::bad_request(&format!("{key} must be true or false")))
}

/// `GET /mappingSets`.
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let asked = Asked::read(query.as_deref())?;
    let mut sets = state
        .store
        .read(move |tx| tx.list(mapping::KIND, &caller.sandbox, None))
        .await?;
    if let Some(name) = &asked.name {
        sets.retain(|set| set["name"] == name.as_str());
    }
    asked.sort(&mut sets)?;
    let total = sets.len();
    let page: Vec<Value> = sets
        .into_iter()
        .skip(asked.start)
        .take(asked.limit)
        .collect();
    let mut links = json!({});
    let next = asked.start.saturating_add(page.len());
    if next < total {
        links["next"] = json!({"href": format!("/mappingSets?start={next}&limit={}", asked.limit)});
    }
    Ok(Json(json!({
        "data": page,
        "_page": {"count": page.len(), "limit": asked.limit},
        "_links": links,
    })))
}

/// `GET /mappingSets/{id}`, with `version` an older one.
pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let mut version = None;
    for (key, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match key.as_ref() {
            "version" => {
                let number = value.parse();
                version = Some(
                    number.map_err(|_| catalog::bad_request("version must be a whole number"))?,
                );
            }
            "expandSchema" => truth(&key, &value)?,
            _ => {}
        }
    }
    find(&state, caller, id, version).await.map(Json)
}

/// `GET /mappingSets/{id}/mappings`.
pub(super) async fn mappings(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json, Problem> {
    let set = find(&state, caller, id, None).await?;
    Ok(Json(set["mappings"].clone()))
}

/// `GET /mappingSets/{id}/mappings/{mapping}`.
pub(super) async fn mapping(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, mapping)): Path<(String, String)>,
) -> Result<Json, Problem> {
    let set = find(&state, caller, id, None).await?;
    let all = set["mappings"].as_array();
    all.into_iter()
        .flatten()
        .find(|found| found["id"] == mapping.as_str())
        .map(|found| Json(found.clone()))
        .ok_or_else(|| catalog::not_found(&format!("mapping {mapping} not found")))
}

async fn find(
    state: &AppState,
    caller: Caller,
    id: String,
    version: Option<u64>,
) -> Result<Value, Problem> {
    state
        .store
        .read(move |tx| {
            mapping::find(tx, &caller.sandbox, &id, version)?
                .ok_or_else(|| catalog::not_found(&format!("mapping set {id} not found")))
        })
        .await
}
