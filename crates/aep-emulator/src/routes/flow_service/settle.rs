//! States on the way: `initializing`, `enabling`, `disabling`.
//!
//! Without the switch a flow is at once where it goes. With it, what it comes to stands in the flow itself until the
//! time has passed, so that a restart does not leave it on the way.

use std::time::Duration;

use serde_json::{Value, json};

use crate::routes::AppState;
use crate::state::{StateError, Tx, kind};

const NOTE: &str = "_settle";

/// Gives a flow its new state, now or when the time of the switch has passed.
pub(super) fn turn(flow: &mut Value, now: i64, settling: Duration, via: &str, to: &str) {
    let wait = i64::try_from(settling.as_millis()).unwrap_or(i64::MAX);
    if wait == 0 {
        flow["state"] = json!(to);
        return;
    }
    flow["state"] = json!(via);
    flow[NOTE] = json!({"at": now.saturating_add(wait), "state": to});
}

/// Sees to it that a flow comes to its state.
pub(super) fn watch(state: &AppState, sandbox: &str, flow: &Value) {
    let (Some(at), Some(id)) = (flow[NOTE]["at"].as_i64(), flow["id"].as_str()) else {
        return;
    };
    let (state, sandbox, id) = (state.clone(), sandbox.to_owned(), id.to_owned());
    tokio::spawn(async move {
        let left = u64::try_from(at.saturating_sub(state.clock.now_ms())).unwrap_or_default();
        tokio::select! {
            () = state.stop.cancelled() => return,
            () = state.clock.sleep(Duration::from_millis(left)) => {}
        }
        let settled = state
            .store
            .write(move |tx| -> Result<(), StateError> { arrive(tx, &sandbox, &id) })
            .await;
        match settled {
            Ok(()) => state.engine.notify(),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "a flow could not come to its state"
            ),
        }
    });
}

fn arrive(tx: &Tx<'_>, sandbox: &str, id: &str) -> Result<(), StateError> {
    let Some(mut flow) = tx.get(kind::FLOW, sandbox, id)? else {
        return Ok(());
    };
    let Some(note) = flow
        .as_object_mut()
        .and_then(|flow| flow.shift_remove(NOTE))
    else {
        return Ok(());
    };
    flow["state"] = note["state"].clone();
    tx.put(kind::FLOW, sandbox, id, "", &flow)
}

/// Watches the flows that a server before this one left on the way.
pub(crate) async fn resume(state: &AppState) -> Result<(), StateError> {
    let flows = state
        .store
        .read(|tx| -> Result<_, StateError> { tx.list_everywhere(kind::FLOW) })
        .await?;
    for (sandbox, _, flow) in flows {
        watch(state, &sandbox, &flow);
    }
    Ok(())
}
