//! `PUT`, `PATCH` in its two media types, and the nested `PATCH` of version 2.

use axum::extract::{FromRequest, Path, Request, State};
use http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::check::{checked, keeps_table_format};
use super::create::READ_ONLY;
use super::path_of;
use crate::gateway::Caller;
use crate::problem::{Problem, catalog};
use crate::routes::catalog::condition::{check, is_dry, touch};
use crate::routes::json::essence;
use crate::routes::{AppState, Json};
use crate::state::kind;

/// How a body changes a dataset.
enum Change {
    /// Everything a client may write is replaced.
    Whole(Map<String, Value>),
    /// Only the top-level fields of the body; `null` removes one. `tags` is one field: it is replaced as a whole.
    Fields(Map<String, Value>),
    /// JSON Patch.
    Patch(json_patch::Patch),
    /// Objects are merged at every depth.
    Nested(Value),
}

pub(in crate::routes::catalog) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Json, Problem> {
    let Value::Object(body) = body else {
        return Err(catalog::bad_request("the body must be an object"));
    };
    apply(state, caller, id, headers, Change::Whole(body)).await
}

pub(in crate::routes::catalog) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json, Problem> {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(essence);
    let Json(body) = Json::from_request(request, &state).await?;
    let change = match (media.as_deref(), body) {
        (Some("application/json-patch+json"), body @ Value::Array(_)) => {
            Change::Patch(serde_json::from_value(body).map_err(|error| {
                catalog::bad_request(&format!("the body is not a JSON Patch: {error}"))
            })?)
        }
        (Some("application/json-patch+json"), _) => {
            return Err(catalog::bad_request(
                "a JSON Patch is an array of operations",
            ));
        }
        (Some("application/json"), Value::Object(body)) => Change::Fields(body),
        (Some("application/json"), _) => {
            return Err(catalog::bad_request(
                "the body must be an object; a JSON Patch is sent as application/json-patch+json",
            ));
        }
        (media, _) => {
            let detail = format!("media type {} is not supported", media.unwrap_or_default());
            return Err(catalog::with_status(415, &detail));
        }
    };
    apply(state, caller, id, headers, change).await
}

pub(in crate::routes::catalog) async fn patch_nested(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Json, Problem> {
    if !body.is_object() {
        return Err(catalog::bad_request("the body must be an object"));
    }
    let ttl = &body["extensions"]["adobe_lakeHouse"]["rowExpiration"]["ttlValue"];
    if !ttl.is_null()
        && !ttl
            .as_str()
            .is_some_and(|text| text.parse::<jiff::Span>().is_ok() && text.starts_with('P'))
    {
        return Err(catalog::bad_request(
            "rowExpiration.ttlValue must be an ISO 8601 duration such as P3Y",
        ));
    }
    apply(state, caller, id, headers, Change::Nested(body)).await
}

async fn apply(
    state: AppState,
    caller: Caller,
    id: String,
    headers: HeaderMap,
    change: Change,
) -> Result<Json, Problem> {
    let now = state.clock.now_ms();
    let answer = path_of(&id);
    state
        .store
        .write(move |tx| -> Result<(), Problem> {
            let old = tx
                .get(kind::DATASET, &caller.sandbox, &id)?
                .ok_or_else(|| catalog::not_found(&format!("dataset {id} not found")))?;
            check(&headers, &old)?;
            let mut new = change.on(&old)?;
            for key in READ_ONLY {
                match &old[*key] {
                    Value::Null => {
                        if let Some(map) = new.as_object_mut() {
                            map.remove(*key);
                        }
                    }
                    kept => new[*key] = kept.clone(),
                }
            }
            checked(tx, &caller.sandbox, &new)?;
            keeps_table_format(&old, &new)?;
            if !is_dry(&headers) {
                touch(&mut new, now, &caller.user);
                tx.put(kind::DATASET, &caller.sandbox, &id, "", &new)?;
            }
            Ok(())
        })
        .await?;
    Ok(Json(answer))
}

impl Change {
    fn on(self, old: &Value) -> Result<Value, Problem> {
        let mut new = old.clone();
        match self {
            Self::Whole(body) => new = Value::Object(body),
            Self::Fields(body) => {
                let Value::Object(map) = &mut new else {
                    return Ok(new);
                };
                for (key, value) in body {
                    if value.is_null() {
                        map.remove(&key);
                    } else {
                        map.insert(key, value);
                    }
                }
            }
            Self::Patch(patch) => {
                json_patch::patch(&mut new, &patch).map_err(|error| {
                    catalog::bad_request(&format!("the JSON Patch cannot be applied: {error}"))
                })?;
                if !new.is_object() {
                    return Err(catalog::bad_request("the JSON Patch leaves no dataset"));
                }
            }
            Self::Nested(body) => json_patch::merge(&mut new, &body),
        }
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn old() -> Value {
        json!({"name": "a", "description": "b", "tags": {"x": ["1"], "a/b": ["2"]}})
    }

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn plain_json_replaces_top_level_fields() {
        let new = Change::Fields(map(&json!({"tags": {"y": ["2"]}, "description": null})))
            .on(&old())
            .unwrap();
        assert_eq!(new, json!({"name": "a", "tags": {"y": ["2"]}}));
    }

    #[test]
    fn json_patch_reaches_one_tag() {
        let patch = json!([{"op": "add", "path": "/tags/y", "value": ["2"]}, {"op": "remove", "path": "/tags/a~1b"}]);
        let new = Change::Patch(serde_json::from_value(patch).unwrap())
            .on(&old())
            .unwrap();
        assert_eq!(new["tags"], json!({"x": ["1"], "y": ["2"]}));
        let missing = json!([{"op": "replace", "path": "/tags/none", "value": []}]);
        let problem = Change::Patch(serde_json::from_value(missing).unwrap())
            .on(&old())
            .unwrap_err();
        assert_eq!(problem.status.as_u16(), 400);
    }

    #[test]
    fn version_two_makes_missing_parents() {
        let body = json!({"extensions": {"adobe_lakeHouse": {"rowExpiration": {"ttlValue": "P3Y"}}}, "tags": {"y": ["2"]}});
        let new = Change::Nested(body).on(&old()).unwrap();
        assert_eq!(
            new["extensions"]["adobe_lakeHouse"]["rowExpiration"]["ttlValue"],
            "P3Y"
        );
        assert_eq!(new["tags"], json!({"x": ["1"], "a/b": ["2"], "y": ["2"]}));
    }
}
