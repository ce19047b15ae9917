//! Look-ups and lists.

use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};

use crate::problem::{Problem, sandbox};
use crate::routes::property::{Property, compare};
use crate::routes::{AppState, Json};
use crate::state::{GLOBAL, StateError, kind};

/// A new sandbox is ready after about this long (by the emulator's clock).
const CREATION_MS: i64 = 30_000;

/// Entries of a page unless `limit` says otherwise, and the most it may say. Both are the emulator's choice.
const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 100;

/// The state a stored sandbox is in by now: nobody is told when its creation ends.
pub(crate) fn state_at(document: &Value, now: i64) -> &str {
    match document["state"].as_str() {
        Some("creating")
            if now.saturating_sub(document["since"].as_i64().unwrap_or(now)) >= CREATION_MS =>
        {
            "active"
        }
        Some(state) => state,
        None => "failed",
    }
}

/// As users see it: the id is for services only.
pub(super) fn shown(mut document: Value, now: i64) -> Value {
    document["state"] = json!(state_at(&document, now));
    if let Some(map) = document.as_object_mut() {
        map.remove("id");
        map.remove("since");
    }
    document
}

/// `GET /`: the sandboxes the caller may use.
pub(super) async fn available(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    page(&state, query.as_deref(), true).await
}

/// `GET /sandboxes`: all of the organisation. The demo user is an administrator.
pub(super) async fn list(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    page(&state, query.as_deref(), false).await
}

pub(super) async fn one(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Json, Problem> {
    let now = state.clock.now_ms();
    let wanted = name.clone();
    let found = state
        .store
        .read(move |tx| tx.get(kind::SANDBOX, GLOBAL, &wanted))
        .await;
    let found: Option<Value> = found.map_err(|error: StateError| Problem::from(error))?;
    found
        .map(|found| Json(shown(found, now)))
        .ok_or_else(|| sandbox::with_status(404, &format!("sandbox {name} not found")))
}

pub(super) async fn types() -> Json {
    Json(json!({"sandboxTypes": ["production", "development"]}))
}

async fn page(state: &AppState, query: Option<&str>, only_active: bool) -> Result<Json, Problem> {
    let now = state.clock.now_ms();
    let (mut limit, mut offset) = (DEFAULT_LIMIT, 0_usize);
    let (mut filters, mut order) = (Vec::new(), Vec::new());
    for (key, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let invalid = || sandbox::with_status(400, &format!("invalid {key}: {value}"));
        match key.as_ref() {
            "limit" => {
                limit = value
                    .parse()
                    .ok()
                    .filter(|n| (1..=MAX_LIMIT).contains(n))
                    .ok_or_else(invalid)?;
            }
            "offset" => offset = value.parse().map_err(|_| invalid())?,
            "property" => {
                filters
                    .push(Property::parse(&value).map_err(|why| sandbox::with_status(400, &why))?);
            }
            "orderBy" => order = parse_order(&value).ok_or_else(invalid)?,
            _ => {}
        }
    }
    let found = state
        .store
        .read(|tx| tx.list(kind::SANDBOX, GLOBAL, None))
        .await;
    let found: Vec<Value> = found.map_err(|error: StateError| Problem::from(error))?;
    let mut found: Vec<Value> = found
        .into_iter()
        .map(|document| shown(document, now))
        .filter(|document| !only_active || document["state"] == "active")
        .filter(|document| {
            filters
                .iter()
                .all(|filter| filter.matches(document, |actual, wanted| actual == wanted))
        })
        .collect();
    found.sort_by(|a, b| {
        order
            .iter()
            .map(|(field, descending)| {
                let ascending = compare(&a[field], &b[field]);
                if *descending {
                    ascending.reverse()
                } else {
                    ascending
                }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let total = found.len();
    let shown: Vec<Value> = found.into_iter().skip(offset).take(limit).collect();
    let base = format!("{}/data/foundation/sandbox-management/", state.config.url);
    let template =
        json!({"href": format!("{base}?limit={{limit}}&offset={{offset}}"), "templated": true});
    let mut links = json!({"page": template});
    if offset + shown.len() < total {
        links["next"] = template.clone();
    }
    if offset > 0 {
        links["prev"] = template;
    }
    Ok(Json(
        json!({"_page": {"limit": limit, "count": shown.len()}, "_links": links, "sandboxes": shown}),
    ))
}

/// `asc:created,updated`: a direction holds until the next one. The wire names of the two dates differ from the fields'.
fn parse_order(text: &str) -> Option<Vec<(String, bool)>> {
    let mut descending = false;
    text.split(',')
        .map(|part| {
            let field = match part.split_once(':') {
                Some((direction, field)) => {
                    descending = match direction {
                        "asc" => false,
                        "desc" => true,
                        _ => return None,
                    };
                    field
                }
                None => part,
            };
            let field = match field {
                "created" => "createdDate",
                "updated" => "lastModifiedDate",
                other => other,
            };
            Some((field.to_owned(), descending))
        })
        .collect()
}
