//! The collector.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Accepted, KIND, land};
use crate::routes::AppState;
use crate::state::StateError;

/// How long a micro-batch stays open, by the emulator's clock.
const GATHER: Duration = Duration::from_millis(250);

/// Pause after the state failed.
const TROUBLE: Duration = Duration::from_secs(1);

/// Most messages in one micro-batch.
const MOST: usize = 10_000;

/// Messages of a flow: sandbox and flow.
type Groups = BTreeMap<(String, String), Vec<Accepted>>;

/// Lands messages until the server stops. What a killed process left comes first.
pub(crate) async fn run(state: AppState) {
    loop {
        match round(&state).await {
            Ok(true) => {}
            Ok(false) => {
                tokio::select! {
                    () = state.stop.cancelled() => return,
                    () = state.engine.messages() => {}
                }
                state.clock.sleep(GATHER).await;
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "streamed messages could not be landed"
                );
                tokio::time::sleep(TROUBLE).await;
            }
        }
    }
}

/// Lands what there is; `false` when there was nothing.
async fn round(state: &AppState) -> Result<bool, StateError> {
    let groups = state
        .store
        .read(|tx| -> Result<Groups, StateError> {
            let mut groups = Groups::new();
            for (sandbox, _, doc) in tx.list_everywhere(KIND)? {
                let message: Accepted = serde_json::from_value(doc)?;
                let group = groups.entry((sandbox, message.flow.clone())).or_default();
                if group.len() < MOST {
                    group.push(message);
                }
            }
            Ok(groups)
        })
        .await?;
    let any = !groups.is_empty();
    for ((sandbox, flow), messages) in groups {
        land::group(state, &sandbox, &flow, messages).await?;
    }
    Ok(any)
}
