//! `POST /connections`, `/sourceConnections`, `/targetConnections` and `/flows`.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::body::Body;
use super::check;
use super::noun::Noun;
use super::object::{self, receipt};
use super::settle;
use crate::gateway::Caller;
use crate::ids;
use crate::operations::Service;
use crate::problem::{Problem, flow};
use crate::routes::{AppState, Json};
use crate::state::kind;

/// Makes an object; with `?mode=draft` one that need not be complete.
pub(super) async fn create(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, Problem> {
    let mut body = body.object()?;
    let draft = is_draft(query.as_deref())?;
    if noun == Noun::Flow {
        refuse_in_flow(&body)?;
    }
    body.shift_remove("state");
    let (now, rules) = (state.clock.now_ms(), check::Rules::of(&state, draft));
    let (sandbox, settling) = (caller.sandbox.clone(), state.config.flow_settling);
    let document = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let initial = if draft { "draft" } else { "enabled" };
            let mut document = object::new(&caller, now, body, initial);
            check::whole(tx, &caller.sandbox, noun, &mut document, None, &rules)?;
            match noun {
                Noun::Connection => {
                    document["providerId"] = check::provider(&document);
                    open_inlet(&mut document);
                    let secret = check::secrets(&document);
                    object::seal(tx, &caller.sandbox, &mut document, |name| secret.has(name))?;
                }
                Noun::Flow => {
                    document["providerRefId"] = json!(ids::dashed());
                    let id = document["id"].as_str().unwrap_or_default();
                    document["runs"] = json!(format!("/runs?property=flowId=={id}"));
                    object::operated(&mut document, now, "create", &json!([]));
                    if !draft {
                        settle::turn(&mut document, now, settling, "initializing", "enabled");
                    }
                }
                Noun::Source | Noun::Target | Noun::Run => {}
            }
            object::store(tx, &caller.sandbox, noun, &document)?;
            Ok(document)
        })
        .await?;
    if noun == Noun::Flow {
        settle::watch(&state, &sandbox, &document);
        state.engine.notify();
    }
    let id = document["id"].as_str().unwrap_or_default();
    let base = Service::FlowService.base();
    let location = format!("{}{base}/{}/{id}", state.config.url, noun.path());
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(receipt(&document)),
    )
        .into_response())
}

/// `mode=draft`; other modes do not exist.
fn is_draft(query: Option<&str>) -> Result<bool, Problem> {
    let mode = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(key, _)| key == "mode")
        .map(|(_, value)| value.into_owned());
    match mode.as_deref() {
        None => Ok(false),
        Some(mode) if mode.eq_ignore_ascii_case("draft") => Ok(true),
        Some(mode) => Err(flow::coded("1452-400", &format!("invalid mode: {mode}"))),
    }
}

fn refuse_in_flow(body: &Map<String, Value>) -> Result<(), Problem> {
    if body.contains_key("state") {
        let detail = "state cannot be set when a flow is created";
        return Err(flow::coded("1410-400", detail));
    }
    if body.contains_key("mode") {
        let detail = "mode belongs in the query, not in the body";
        return Err(flow::connector("1368-400", detail));
    }
    Ok(())
}

/// A streaming connection gets its inlet when it is made, or when it stops being a draft.
pub(super) fn open_inlet(document: &mut Value) {
    let params = &document["auth"]["params"];
    if check::is_inlet(document) && params.is_object() && params["inletId"].is_null() {
        document["auth"]["params"]["inletId"] = json!(format!("{}{}", ids::uuid(), ids::uuid()));
    }
}

/// The inlet of the base connection behind a flow's source.
pub(super) fn inlet_behind(
    tx: &crate::state::Tx<'_>,
    sandbox: &str,
    source: &Value,
) -> Result<Value, Problem> {
    let Some(base) = source["baseConnectionId"].as_str() else {
        return Ok(Value::Null);
    };
    let base = tx.get(kind::CONNECTION, sandbox, base)?.unwrap_or_default();
    Ok(base["auth"]["params"]["inletId"].clone())
}
