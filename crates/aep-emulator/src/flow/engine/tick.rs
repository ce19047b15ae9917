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

/// Pause after the state failed, and how often a run is tried again after that.
const TROUBLE: Duration = Duration::from_secs(1);
const TRIES: u32 = 5;

/// A flow, or a run: sandbox and id.
type Key = (String, String);

/// The runs at work. Dropped with the loop, and the tasks with it. At most one run of a flow at a time.
#[derive(Default)]
struct AtWork {
    /// A task answers why its run could not go on, if it could not.
    tasks: JoinSet<Option<String>>,
    /// Flow and run of each task.
    busy: HashMap<Id, (Key, Key)>,
    /// How often the state failed a run.
    troubles: HashMap<Key, u32>,
}

/// Runs flows until the server stops.
pub(crate) async fn run(state: AppState) {
    let mut at_work = AtWork::default();
    loop {
        let nap = match round(&state, &mut at_work).await {
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
            Some(ended) = at_work.tasks.join_next_with_id() => {
                finished(&state, &mut at_work, ended).await;
            }
        }
    }
}

/// Makes the runs that are due and sets to work what is not at work. Answers when the next one is due.
async fn round(state: &AppState, at_work: &mut AtWork) -> Result<Option<i64>, StateError> {
    let now = state.clock.now_ms();
    let (due, next) = state.store.read(move |tx| look(tx, now)).await?;
    if due {
        state.store.write(move |tx| start_due(tx, now)).await?;
    }
    let open = state.store.read(work::all_open).await?;
    let mut flows: HashSet<Key> = at_work
        .busy
        .values()
        .map(|(flow, _)| flow.clone())
        .collect();
    for (sandbox, id, flow) in open {
        let flow = (sandbox.clone(), flow);
        if !flows.insert(flow.clone()) {
            continue;
        }
        let (state, run) = (state.clone(), (sandbox.clone(), id.clone()));
        let task = at_work.tasks.spawn(async move {
            let error = runs::carry_out(&state, &sandbox, &id).await.err()?;
            tracing::error!(
                run = id,
                error = &error as &dyn std::error::Error,
                "a run could not go on"
            );
            tokio::time::sleep(TROUBLE).await;
            Some(error.to_string())
        });
        at_work.busy.insert(task.id(), (flow, run));
    }
    Ok(next)
}

async fn finished(
    state: &AppState,
    at_work: &mut AtWork,
    ended: Result<(Id, Option<String>), JoinError>,
) {
    let (id, why) = match ended {
        Ok((id, trouble)) => (id, trouble),
        Err(error) => {
            let why = error.is_panic().then(|| "the run panicked".to_owned());
            (error.id(), why)
        }
    };
    let Some((_, run)) = at_work.busy.remove(&id) else {
        return;
    };
    let Some(why) = why else {
        at_work.troubles.remove(&run);
        return;
    };
    let troubles = at_work.troubles.entry(run.clone()).or_default();
    *troubles += 1;
    if *troubles < TRIES {
        return;
    }
    at_work.troubles.remove(&run);
    let (sandbox, run) = run;
    if let Err(error) = runs::give_up(state, &sandbox, &run, &why).await {
        tracing::error!(
            run,
            error = &error as &dyn std::error::Error,
            "a run could not be ended"
        );
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
