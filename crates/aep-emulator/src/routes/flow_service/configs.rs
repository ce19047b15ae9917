//! `GET /connectionSpecs/{id}/configs`: the datasets that can be exported.

use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};

use crate::flow::specs::{self, id};
use crate::gateway::Caller;
use crate::problem::{Problem, flow};
use crate::routes::{AppState, Json, catalog};
use crate::state::kind;

/// Datasets of a page unless `limit` says otherwise, and the most it may say.
const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// The paging and the two parameters that say what is wanted; everything else is Catalog's.
struct Wanted {
    start: usize,
    limit: usize,
    rest: String,
}

/// Answers Catalog's datasets in pages. Documented is the lake as a source; a published client asks the landing zone as
/// a destination, and gets the same (emulator choice).
pub(super) async fn of_spec(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    if specs::connection_spec(&id).is_none() {
        return Err(flow::not_found("connectionSpecs", &id));
    }
    let wanted = Wanted::read(query.as_deref())?;
    if ![id::LAKE_SOURCE, id::LANDING_ZONE_TARGET].contains(&id.as_str()) {
        let detail = format!("the connection spec {id} has no datasets to export");
        return Err(flow::coded("1413-400", &detail));
    }
    let query = catalog::Query::of_datasets(&wanted.rest).map_err(|problem| {
        let detail = problem.body["detail"].as_str().unwrap_or_default();
        flow::coded("1452-400", detail)
    })?;
    let found = state
        .store
        .read(move |tx| -> Result<_, Problem> {
            Ok(tx.entries(kind::DATASET, &caller.sandbox, None)?)
        })
        .await?;
    let found = query.all(found);
    let total = found.len();
    let items: Vec<Value> = found
        .into_iter()
        .skip(wanted.start)
        .take(wanted.limit)
        .map(|(id, dataset)| {
            let mut item = json!({"id": id});
            if let (Some(item), Value::Object(dataset)) = (item.as_object_mut(), dataset) {
                item.extend(dataset);
            }
            item
        })
        .collect();
    let end = wanted.start.saturating_add(items.len());
    Ok(Json(json!({
        "items": items,
        "pageInfo": {"start": wanted.start, "end": end, "total": total, "hasNext": end < total},
    })))
}

impl Wanted {
    fn read(query: Option<&str>) -> Result<Self, Problem> {
        let mut wanted = Self {
            start: 0,
            limit: DEFAULT_LIMIT,
            rest: String::new(),
        };
        let mut rest = url::form_urlencoded::Serializer::new(String::new());
        let (mut kind, mut field) = (None, None);
        let invalid =
            |key: &str, value: &str| flow::coded("1452-400", &format!("invalid {key}: {value}"));
        for (key, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match key.as_ref() {
                "outputType" => kind = Some(value),
                "outputField" => field = Some(value),
                "start" => wanted.start = value.parse().map_err(|_| invalid(&key, &value))?,
                "limit" => {
                    wanted.limit = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                        .ok_or_else(|| invalid(&key, &value))?;
                }
                _ => {
                    rest.append_pair(&key, &value);
                }
            }
        }
        for (name, given, known) in [
            ("outputType", kind, "activationDatasets"),
            ("outputField", field, "datasets"),
        ] {
            match given {
                None => {
                    let detail = format!("the query parameter {name} is missing");
                    return Err(flow::coded("2119-400", &detail));
                }
                Some(value) if value != known => return Err(invalid(name, &value)),
                Some(_) => {}
            }
        }
        wanted.rest = rest.finish();
        Ok(wanted)
    }
}
