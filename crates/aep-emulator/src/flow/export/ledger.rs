//! The batches that runs of a flow have exported.

use serde_json::{Value, json};

use crate::flow::runs::Subject;
use crate::routes::AppState;
use crate::state::{StateError, Tx};

const KIND: &str = "flow_export";

fn id(flow: &str, dataset: &str, batch: &str) -> String {
    format!("{flow}/{dataset}/{batch}")
}

/// Whether a flow has exported a batch.
pub(super) fn has(
    tx: &Tx<'_>,
    sandbox: &str,
    flow: &str,
    dataset: &str,
    batch: &str,
) -> Result<bool, StateError> {
    Ok(tx.get(KIND, sandbox, &id(flow, dataset, batch))?.is_some())
}

/// Remembers what a run has written.
pub(super) async fn add(state: &AppState, subject: &Subject) -> Result<(), StateError> {
    let (sandbox, work) = (subject.sandbox.clone(), subject.work.clone());
    state
        .store
        .write(move |tx| -> Result<(), StateError> {
            for part in &work.parts {
                let doc: Value = json!({"dataset": part.dataset, "batch": part.batch});
                let id = id(&work.flow, &part.dataset, &part.batch);
                tx.put(KIND, &sandbox, &id, &work.flow, &doc)?;
            }
            Ok(())
        })
        .await
}
