//! `PATCH /{noun}/{id}`.

use axum::extract::{Path, State};
use http::{HeaderMap, header};
use serde_json::{Value, json};

use super::body::Body;
use super::check::{self, Rules};
use super::noun::Noun;
use super::object::{self, READ_ONLY, load, receipt};
use crate::gateway::Caller;
use crate::problem::{Problem, flow};
use crate::routes::{AppState, Json};

/// Changes an object that is at the version of `If-Match`.
pub(super) async fn patch(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Json, Problem> {
    let wanted = if_match(&headers)
        .ok_or_else(|| flow::coded("1403-400", "the header If-Match is missing"))?;
    let ops = read(noun, body)?;
    let now = state.clock.now_ms();
    let settings = state.clone();
    let document = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let old = load(tx, &caller.sandbox, noun, &id)?;
            is_at(&old, &wanted)?;
            let mut new = old.clone();
            if noun == Noun::Connection {
                object::unseal(tx, &caller.sandbox, &mut new)?;
            }
            changeable(noun, &old)?;
            apply(&ops, &mut new)?;
            only_allowed(noun, &old, &new)?;
            let rules = Rules::of(&settings, old["state"] == "draft");
            check::whole(tx, &caller.sandbox, noun, &mut new, Some(&old), &rules)?;
            object::touch(&mut new, &caller, now);
            match noun {
                Noun::Connection => {
                    let secret = check::secrets(&new);
                    object::seal(tx, &caller.sandbox, &mut new, |name| secret.has(name))?;
                }
                Noun::Flow => object::operated(&mut new, now, "update", &told(&ops)),
                Noun::Source | Noun::Target | Noun::Run => {}
            }
            object::store(tx, &caller.sandbox, noun, &new)?;
            Ok(new)
        })
        .await?;
    if noun == Noun::Flow {
        state.engine.notify();
    }
    Ok(Json(receipt(&document)))
}

/// The value of `If-Match`, without the quotes that are part of it.
pub(super) fn if_match(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::IF_MATCH)?.to_str().ok()?.trim();
    (!value.is_empty()).then(|| value.trim_matches('"').to_owned())
}

/// 1404-412 unless the object is at a version.
pub(super) fn is_at(document: &Value, wanted: &str) -> Result<(), Problem> {
    let current = document["etag"].as_str().unwrap_or_default();
    if current.trim_matches('"') == wanted {
        return Ok(());
    }
    let id = document["id"].as_str().unwrap_or_default();
    let detail = format!("version {wanted} does not match the current version {current} of {id}");
    Err(flow::coded("1404-412", &detail))
}

/// The operations, with their names in lower case. One that is not in a list is taken too, as one published document
/// has it.
fn read(noun: Noun, body: Value) -> Result<Vec<Value>, Problem> {
    let ops = match body {
        Value::Array(ops) => ops,
        Value::Object(op) => vec![Value::Object(op)],
        _ => {
            return Err(flow::coded(
                "1455-400",
                "the body must be a list of operations",
            ));
        }
    };
    ops.into_iter().map(|op| read_one(noun, op)).collect()
}

fn read_one(noun: Noun, mut op: Value) -> Result<Value, Problem> {
    let name = op["op"].as_str().unwrap_or_default().to_ascii_lowercase();
    if !["add", "replace", "remove"].contains(&name.as_str()) {
        let detail = format!("unsupported patch operation {}", op["op"]);
        return Err(flow::coded("1434-400", &detail));
    }
    let path = op["path"].as_str().unwrap_or_default();
    let refused = |why: &str| {
        Err(flow::coded(
            "1455-400",
            &format!("path {}: {why}", op["path"]),
        ))
    };
    let Some(path) = path.strip_prefix('/') else {
        return refused("it must begin with /");
    };
    let top = path.split('/').next().unwrap_or_default();
    if top.is_empty() || top.starts_with('_') || READ_ONLY.contains(&top) {
        return refused("it cannot be changed");
    }
    if top == "state" && noun != Noun::Connection {
        return refused("actions change the state");
    }
    if name != "remove" && op.get("value").is_none() {
        return refused("the value is missing");
    }
    op["op"] = json!(name);
    Ok(op)
}

fn apply(ops: &[Value], document: &mut Value) -> Result<(), Problem> {
    let failed = |detail: String| flow::coded("1455-400", &detail);
    let patch: json_patch::Patch = serde_json::from_value(Value::Array(ops.to_vec()))
        .map_err(|error| failed(format!("the operations cannot be read: {error}")))?;
    json_patch::patch(document, &patch).map_err(|error| failed(error.to_string()))
}

/// States in which an object stands still.
fn changeable(noun: Noun, document: &Value) -> Result<(), Problem> {
    match (noun, document["state"].as_str().unwrap_or_default()) {
        (Noun::Connection, "initializing") => {
            Err(flow::coded("1417-400", "the connection is initializing"))
        }
        (_, "enabled" | "disabled" | "draft") => Ok(()),
        (Noun::Connection, state) => Err(flow::coded(
            "1416-400",
            &format!("a connection that is {state} cannot be changed"),
        )),
        (_, state) => Err(flow::coded(
            "1420-400",
            &format!("an object that is {state} cannot be changed"),
        )),
    }
}

/// What may be sent but not be different.
fn only_allowed(noun: Noun, old: &Value, new: &Value) -> Result<(), Problem> {
    let spec = noun.spec_field();
    if old[spec]["id"] != new[spec]["id"] {
        let code = if noun == Noun::Flow {
            "1455-400"
        } else {
            "1414-400"
        };
        return Err(flow::coded(code, &format!("the {spec} cannot change")));
    }
    if noun == Noun::Connection
        && old["state"] != new["state"]
        && !matches!(
            new["state"].as_str(),
            Some("enabled" | "disabled" | "initializing")
        )
    {
        let detail = format!(
            "state {} is none of enabled, disabled, initializing",
            new["state"]
        );
        return Err(flow::coded("1456-400", &detail));
    }
    if noun == Noun::Source
        && old["params"]["datasets"].is_array()
        && old["params"]["datasets"] != new["params"]["datasets"]
    {
        return Err(flow::coded(
            "1455-400",
            "the datasets of a source connection cannot change: make a new one",
        ));
    }
    Ok(())
}

/// Operations without their values.
fn told(ops: &[Value]) -> Value {
    ops.iter()
        .map(|op| json!({"op": op["op"], "path": op["path"]}))
        .collect()
}
