//! `POST /adhocrun`.

use axum::extract::State;
use http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::flow::engine::{Engine, Schedule, Trigger, work};
use crate::gateway::Caller;
use crate::operations::Service;
use crate::problem::{Problem, ad_hoc};
use crate::routes::{AppState, Json};
use crate::state::{Tx, kind};

/// What `Accept` must be for datasets, without its version.
const DATASETS: &str = "application/vnd.adobe.adhoc.dataset.activation+json";

/// How old a flow must be, in milliseconds of the emulator's clock. About ten minutes by Adobe's texts.
const READY_AFTER: i64 = 600_000;

/// Published connection spec of the lake as a source of exports.
const LAKE_SOURCE: &str = "23598e46-f560-407b-88d5-ea6207e49db0";

/// Starts a run of each flow for the datasets named. Everything is checked before the first run is made.
pub(super) async fn start(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Json, Problem> {
    check_accept(&headers)?;
    let wanted = wanted(&body)?;
    let (now, url) = (state.clock.now_ms(), state.config.url.clone());
    let answer = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let mut flows = Vec::new();
            for wanted in wanted {
                let flow = check(tx, &caller, &wanted, now)?;
                flows.push((wanted, flow));
            }
            let mut answers = Vec::new();
            for (wanted, flow) in flows {
                let trigger = Trigger::AdHoc {
                    datasets: wanted.datasets.clone(),
                };
                let run = Engine::insert(tx, &caller.sandbox, &flow, &trigger, now)?;
                let id = run["id"].as_str().unwrap_or_default();
                let status = format!("{url}{}/runs/{id}", Service::FlowService.base());
                // Beside the address of the run nothing is published (emulator choice).
                let datasets: Vec<Value> = wanted
                    .datasets
                    .iter()
                    .map(|dataset| json!({"id": dataset, "statusURL": status}))
                    .collect();
                answers.push(json!({"flowId": wanted.flow, "datasets": datasets}));
            }
            Ok(json!({"destinations": answers}))
        })
        .await?;
    state.engine.notify();
    Ok(Json(answer))
}

fn bad(message: &str) -> Problem {
    ad_hoc::with_status(400, message)
}

fn check_accept(headers: &HeaderMap) -> Result<(), Problem> {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_datasets = accept.split(',').any(|part| {
        let (media, parameters) = part.split_once(';').unwrap_or((part, ""));
        media.trim().eq_ignore_ascii_case(DATASETS)
            && parameters.replace([' ', '\t'], "").contains("version=1")
    });
    if is_datasets {
        Ok(())
    } else {
        Err(bad(&format!(
            "header Accept must be {DATASETS}; version=1: the emulator has no audiences to activate"
        )))
    }
}

struct Wanted {
    flow: String,
    datasets: Vec<String>,
}

fn wanted(body: &Value) -> Result<Vec<Wanted>, Problem> {
    let wrong = || {
        bad(
            "activationInfo.destinations must be a list of {\"flowId\", \"datasets\": [{\"id\"}]}, none of them empty",
        )
    };
    let destinations = body["activationInfo"]["destinations"]
        .as_array()
        .filter(|all| !all.is_empty())
        .ok_or_else(wrong)?;
    destinations
        .iter()
        .map(|destination| {
            let flow = destination["flowId"].as_str().ok_or_else(wrong)?;
            let datasets = destination["datasets"]
                .as_array()
                .filter(|all| !all.is_empty())
                .ok_or_else(wrong)?;
            let datasets = datasets
                .iter()
                .map(|dataset| dataset["id"].as_str().map(str::to_owned).ok_or_else(wrong))
                .collect::<Result<_, _>>()?;
            Ok(Wanted {
                flow: flow.to_owned(),
                datasets,
            })
        })
        .collect()
}

/// The flow, if it may run for these datasets now.
fn check(tx: &Tx<'_>, caller: &Caller, wanted: &Wanted, now: i64) -> Result<Value, Problem> {
    let id = &wanted.flow;
    let flow = tx
        .get(kind::FLOW, &caller.sandbox, id)?
        .ok_or_else(|| ad_hoc::with_status(404, &format!("flow {id} not found")))?;
    let source = flow["sourceConnectionIds"][0].as_str().unwrap_or_default();
    let source = tx
        .get(kind::SOURCE_CONNECTION, &caller.sandbox, source)?
        .unwrap_or_default();
    if source["connectionSpec"]["id"] != LAKE_SOURCE {
        let spec = flow["flowSpec"]["id"].as_str().unwrap_or_default();
        return Err(bad(&format!(
            "Adhoc run can not be executed for Flow spec {spec}"
        )));
    }
    let known: Vec<&str> = source["params"]["datasets"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|dataset| dataset["dataSetId"].as_str())
        .collect();
    let foreign: Vec<&str> = wanted
        .datasets
        .iter()
        .map(String::as_str)
        .filter(|dataset| !known.contains(dataset))
        .collect();
    // A schedule that begins later is no obstacle: Adobe's own samples put it a year ahead.
    let ended = Schedule::read(&flow)
        .and_then(|schedule| schedule.end)
        .is_some_and(|end| end < now);
    if ended || !foreign.is_empty() || flow["state"] != "enabled" {
        let named = if foreign.is_empty() {
            wanted.datasets.join(", ")
        } else {
            foreign.join(", ")
        };
        return Err(bad(&format!(
            "Following dataset(s) [{named}] are not part of this dataflow or out of schedule range"
        )));
    }
    if flow["createdAt"].as_i64().unwrap_or_default() + READY_AFTER > now {
        return Err(bad(&format!(
            "Invalid parameter: Following order ID(s) are not ready for dataset export [{}], please wait for 10 minutes and retry.",
            wanted.datasets.join(", ")
        )));
    }
    if let Some(run) = work::open_of(tx, &caller.sandbox, id)? {
        return Err(bad(&format!(
            "Run already going on for audience {} with run id {run}",
            wanted.datasets.join(", ")
        )));
    }
    Ok(flow)
}
