//! Runs that are asked for.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use super::action::op_of;
use super::body::Body;
use super::noun::Noun;
use super::object::{load, receipt, shown};
use super::patch::{if_match, is_at};
use crate::flow::engine::{Engine, Trigger};
use crate::flow::specs::{self, FlowKind};
use crate::gateway::Caller;
use crate::operations::Service;
use crate::problem::{Problem, flow};
use crate::routes::{AppState, Json};
use crate::state::{Tx, kind};

/// `POST /runs`. `params` may be left out and `status` may be there, as a published client has it.
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    body: Body,
) -> Result<Response, Problem> {
    let body = Value::Object(body.object()?);
    let now = state.clock.now_ms();
    let run = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let flow = runnable(tx, &caller.sandbox, &body)?;
            let trigger = Trigger::OnDemand {
                params: body["params"].clone(),
            };
            Ok(Engine::insert(tx, &caller.sandbox, &flow, &trigger, now)?)
        })
        .await?;
    state.engine.notify();
    let id = run["id"].as_str().unwrap_or_default();
    let base = Service::FlowService.base();
    let location = format!("{}{base}/runs/{id}", state.config.url);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(receipt(&run)),
    )
        .into_response())
}

/// The flow to be run, if it can be run on demand.
fn runnable(tx: &Tx<'_>, sandbox: &str, body: &Value) -> Result<Value, Problem> {
    let id = body["flowId"].as_str().unwrap_or_default();
    if id.is_empty() {
        return Err(flow::coded("1446-400", "flowId is empty"));
    }
    let found = tx
        .get(kind::FLOW, sandbox, id)?
        .ok_or_else(|| flow::coded("1430-400", &format!("no flow is {id}")))?;
    let kind = found["flowSpec"]["id"]
        .as_str()
        .and_then(specs::flow_spec)
        .map(|spec| spec.kind);
    if !matches!(kind, Some(FlowKind::Files | FlowKind::Tables)) {
        let detail = "only flows of batch sources are run on demand";
        return Err(flow::connector("1385-400", detail));
    }
    if found["state"] != "enabled" {
        let detail = format!("a flow that is {} is not run", found["state"]);
        return Err(flow::coded("1422-400", &detail));
    }
    if found["scheduleParams"]["frequency"] != "once" {
        let detail = "only flows scheduled once are run on demand";
        return Err(flow::connector("1386-400", detail));
    }
    window(&body["params"])?;
    let column = &body["params"]["deltaColumn"];
    if !column.is_null() {
        if column["name"].as_str().is_none_or(str::is_empty) {
            return Err(flow::connector("1383-400", "the delta column has no name"));
        }
        let has_run = tx.count_below(kind::RUN, sandbox, id)? > 0;
        if kind != Some(FlowKind::Tables) || has_run {
            let detail = "a delta column is for the first run of a flow of tables";
            return Err(flow::connector("1382-400", detail));
        }
    }
    Ok(found)
}

/// The window of a run; without one it takes everything new.
fn window(params: &Value) -> Result<(), Problem> {
    if params.is_null() {
        return Ok(());
    }
    if params.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err(flow::connector("1384-400", "params is empty"));
    }
    let time = |name: &str| -> Result<Option<i64>, Problem> {
        let value = &params[name];
        let number = value
            .as_i64()
            .or_else(|| value.as_str()?.trim().parse().ok());
        match (value, number) {
            (Value::Null, _) => Ok(None),
            (_, Some(number)) => Ok(Some(number)),
            _ => {
                let detail = format!("params.{name} {value} is no time");
                Err(flow::connector("1340-400", &detail))
            }
        }
    };
    let _ = time("startTime")?;
    match (time("windowStartTime")?, time("windowEndTime")?) {
        (Some(start), Some(end)) if end < start => {
            let detail = "the window ends before it starts";
            Err(flow::connector("1381-400", detail))
        }
        _ => Ok(()),
    }
}

/// `PUT /runs/{id}` is for providers.
pub(super) async fn replace(_: Caller) -> Problem {
    flow::coded("1427-400", "a user token may not change runs")
}

/// `POST /runs/{id}/action?op=RE_TRIGGER`: a new run for the same files. The answer is that run.
pub(super) async fn act(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    let op = op_of(query.as_deref())?;
    if op != "RE_TRIGGER" {
        let detail = format!("unsupported action {op} on runs");
        return Err(flow::connector("1401-400", &detail));
    }
    let wanted = if_match(&headers);
    let now = state.clock.now_ms();
    let run = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let sandbox = &caller.sandbox;
            let old = load(tx, sandbox, Noun::Run, &id)?;
            if let Some(wanted) = wanted {
                is_at(&old, &wanted)?;
            }
            let of = old["flowId"].as_str().unwrap_or_default();
            let flow = tx
                .get(kind::FLOW, sandbox, of)?
                .ok_or_else(|| flow::coded("1430-400", &format!("no flow is {of}")))?;
            if flow["state"] != "enabled" {
                let detail = format!("the flow is {}", flow["state"]);
                return Err(flow::connector("1388-400", &detail));
            }
            if !is_done(&old) {
                let detail = "the run has not come to its end";
                return Err(flow::connector("1387-400", detail));
            }
            let trigger = Trigger::Retry { of: id.clone() };
            Ok(Engine::insert(tx, sandbox, &flow, &trigger, now)?)
        })
        .await?;
    state.engine.notify();
    Ok(Json(shown(&state, run)))
}

fn is_done(run: &Value) -> bool {
    let status = run["metrics"]["statusSummary"]["status"].as_str();
    !status.is_none_or(|status| {
        ["scheduled", "queued", "inprogress", "in_progress"]
            .contains(&status.to_ascii_lowercase().as_str())
    })
}
