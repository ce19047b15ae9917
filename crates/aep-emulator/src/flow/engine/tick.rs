//! The loop: what is due becomes a run, and runs go on until their end.
//!
//! Catch-up (emulator choice): however many occurrences of a schedule have passed while the emulator was down, the flow
//! disabled or busy, or because the clock was moved, one run makes up for all of them, that of the last occurrence. It
//! takes everything since the run before, so nothing is left out.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::json;
use tokio::task::{Id, JoinError, JoinSet};

use super::{Engine, Schedule, Trigger, work};
use crate::flow::runs;
use crate::routes::AppState;
use crate::state::{StateError, Tx, kind};

/// When a flow last was due; its id is the flow's.
const FLOW_STATE: &str = "flow_state";

/// Longest sleep, so that no timer has to reach far.
const NAP: Duration = Duration::from_hours(24);

/// Pause after the state failed.
const TROUBLE: Duration = Duration::from_secs(1);

/// A flow, or a run: sandbox and id.
type Key = (String, String);

/// Runs flows until the server stops.
pub(crate) async fn run(state: AppState) {
    // Dropped with this future, and the tasks with it. At most one run of a flow at a time.
    let mut tasks: JoinSet<()> = JoinSet::new();
    let mut busy: HashMap<Id, (Key, Key)> = HashMap::new();
    loop {
        let nap = match round(&state, &mut tasks, &mut busy).await {
            Ok(next) => next.map_or(NAP, |next| {
                let left = next.saturating_sub(state.clock.now_ms());
                Duration::from_millis(u64::try_from(left).unwrap_or_default()).min(NAP)
            }),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the schedule of the flows could not be read"
                );
                TROUBLE
            }
        };
        tokio::select! {
            () = state.stop.cancelled() => return,
            () = state.engine.wake.notified() => {}
            () = state.clock.sleep(nap) => {}
            Some(ended) = tasks.join_next_with_id(), if !tasks.is_empty() => {
                finished(&state, &mut busy, ended).await;
            }
        }
    }
}

/// Makes the runs that are due and sets to work what is not at work. Answers when the next one is due.
async fn round(
    state: &AppState,
    tasks: &mut JoinSet<()>,
    busy: &mut HashMap<Id, (Key, Key)>,
) -> Result<Option<i64>, StateError> {
    let now = state.clock.now_ms();
    let (due, next) = state.store.read(move |tx| look(tx, now)).await?;
    if due {
        state.store.write(move |tx| start_due(tx, now)).await?;
    }
    let open = state.store.read(work::all_open).await?;
    let mut flows: HashSet<Key> = busy.values().map(|(flow, _)| flow.clone()).collect();
    for (sandbox, id, flow) in open {
        let flow = (sandbox.clone(), flow);
        if !flows.insert(flow.clone()) {
            continue;
        }
        let (state, run) = (state.clone(), (sandbox.clone(), id.clone()));
        let task = tasks.spawn(async move {
            if let Err(error) = runs::carry_out(&state, &sandbox, &id).await {
                tracing::error!(
                    run = id,
                    error = &error as &dyn std::error::Error,
                    "a run could not go on"
                );
                tokio::time::sleep(TROUBLE).await;
            }
        });
        busy.insert(task.id(), (flow, run));
    }
    Ok(next)
}

async fn finished(
    state: &AppState,
    busy: &mut HashMap<Id, (Key, Key)>,
    ended: Result<(Id, ()), JoinError>,
) {
    let id = match &ended {
        Ok((id, ())) => *id,
        Err(error) => error.id(),
    };
    let Some((_, (sandbox, run))) = busy.remove(&id) else {
        return;
    };
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!(run, "a run panicked");
        if let Err(error) = runs::give_up(state, &sandbox, &run, "the run panicked").await {
            tracing::error!(
                run,
                error = &error as &dyn std::error::Error,
                "a run that panicked could not be ended"
            );
        }
    }
}

/// Whether a flow is due, and when the next one will be.
fn look(tx: &Tx<'_>, now: i64) -> Result<(bool, Option<i64>), StateError> {
    let (mut due, mut next) = (false, None::<i64>);
    for (sandbox, id, flow) in tx.list_everywhere(kind::FLOW)? {
        let Some(schedule) = enabled(&flow) else {
            continue;
        };
        due = due || occurrence(tx, &sandbox, &id, schedule, now)?.is_some();
        next = [next, schedule.next(now)].into_iter().flatten().min();
    }
    Ok((due, next))
}

fn start_due(tx: &Tx<'_>, now: i64) -> Result<(), StateError> {
    for (sandbox, id, flow) in tx.list_everywhere(kind::FLOW)? {
        let Some(schedule) = enabled(&flow) else {
            continue;
        };
        if let Some(due) = occurrence(tx, &sandbox, &id, schedule, now)? {
            Engine::insert(tx, &sandbox, &flow, &Trigger::Schedule { due }, now)?;
            tx.put(FLOW_STATE, &sandbox, &id, "", &json!({"due": due}))?;
        }
    }
    Ok(())
}

fn enabled(flow: &serde_json::Value) -> Option<Schedule> {
    (flow["state"] == "enabled")
        .then(|| Schedule::read(flow))
        .flatten()
}

/// The occurrence a flow should be started for. A flow that is at work is not started again until it is done.
fn occurrence(
    tx: &Tx<'_>,
    sandbox: &str,
    flow: &str,
    schedule: Schedule,
    now: i64,
) -> Result<Option<i64>, StateError> {
    let Some(latest) = schedule.latest(now) else {
        return Ok(None);
    };
    let last = tx
        .get(FLOW_STATE, sandbox, flow)?
        .and_then(|state| state["due"].as_i64());
    if last.is_some_and(|last| last >= latest) || work::is_busy(tx, sandbox, flow)? {
        return Ok(None);
    }
    Ok(Some(latest))
}
