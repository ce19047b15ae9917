//! A run and everything it is about.

use serde_json::Value;

use crate::flow::engine::work::{self, Work};
use crate::routes::AppState;
use crate::state::{StateError, kind};

/// A run with its flow and the connections of that.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) sandbox: String,
    /// Id of the run.
    pub(crate) run: String,
    pub(crate) flow: Value,
    pub(crate) source: Value,
    pub(crate) target: Value,
    pub(crate) work: Work,
}

/// What kind of run it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One that the emulator does not run, and why.
    Other(String),
}

impl Subject {
    /// Reads a run that goes on; `None` when there is none. One whose flow was deleted is forgotten.
    pub(crate) async fn load(
        state: &AppState,
        sandbox: &str,
        run: &str,
    ) -> Result<Option<Self>, StateError> {
        let (sandbox, run) = (sandbox.to_owned(), run.to_owned());
        state
            .store
            .write(move |tx| -> Result<Option<Self>, StateError> {
                let Some(work) = work::open(tx, &sandbox, &run)? else {
                    return Ok(None);
                };
                let flow = tx.get(kind::FLOW, &sandbox, &work.flow)?;
                let row = tx.get(kind::RUN, &sandbox, &run)?;
                let (Some(flow), Some(_)) = (flow, row) else {
                    work::forget(tx, &sandbox, &run)?;
                    return Ok(None);
                };
                let end = |kind: &str, key: &str| {
                    let id = flow[key][0].as_str().unwrap_or_default();
                    tx.get(kind, &sandbox, id).map(Option::unwrap_or_default)
                };
                let source = end(kind::SOURCE_CONNECTION, "sourceConnectionIds")?;
                let target = end(kind::TARGET_CONNECTION, "targetConnectionIds")?;
                Ok(Some(Self {
                    sandbox,
                    run,
                    flow,
                    source,
                    target,
                    work,
                }))
            })
            .await
    }

    /// What kind of run it is, by the specs of its connections.
    pub(crate) fn kind(&self) -> Kind {
        let spec = |connection: &Value| {
            connection["connectionSpec"]["id"]
                .as_str()
                .unwrap_or("(none)")
                .to_owned()
        };
        Kind::Other(format!(
            "the emulator does not run flows from connection spec {} to {}",
            spec(&self.source),
            spec(&self.target)
        ))
    }
}
