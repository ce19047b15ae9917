//! The engine: runs of flows, when they are due and as far as they go.
//!
//! A run is a row before it acts. What it is about to do stands in a second row of the same id (see [`work`]), so that a
//! process killed at any moment takes every run up again where it was, and no file is ingested twice.

mod schedule;
mod start;
mod tick;
pub(crate) mod work;

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::state::{StateError, Store, Tx, kind};

pub(crate) use schedule::Schedule;
pub(crate) use start::{Trigger, new_etag};
pub(crate) use tick::run;

/// The handle that routes and the lake hold. Cheap to clone; all clones are the same engine.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    store: Store,
    clock: Clock,
    wake: Arc<Notify>,
    batches: Arc<watch::Sender<()>>,
}

impl Engine {
    /// The engine of a state and a clock; it acts once [`run`] is polled.
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            wake: Arc::new(Notify::new()),
            batches: Arc::new(watch::Sender::new(())),
        }
    }

    /// A flow was made, changed or removed, or a run was added: look at everything again. To be called after the
    /// transaction.
    pub(crate) fn notify(&self) {
        self.wake.notify_one();
    }

    /// A batch came to its end.
    pub(crate) fn batch_ended(&self) {
        self.batches.send_replace(());
    }

    /// Tells about ends of batches from now on.
    pub(crate) fn batches(&self) -> watch::Receiver<()> {
        self.batches.subscribe()
    }

    /// Adds a run of a flow and sets the engine to work. Answers the run's id, or `None` when there is no such flow.
    /// Whether the flow may be run now is for the caller to check.
    pub(crate) async fn start_run(
        &self,
        sandbox: &str,
        flow: &str,
        trigger: Trigger,
    ) -> Result<Option<String>, StateError> {
        let (sandbox, flow, now) = (sandbox.to_owned(), flow.to_owned(), self.clock.now_ms());
        let id = self
            .store
            .write(move |tx| -> Result<Option<String>, StateError> {
                let Some(flow) = tx.get(kind::FLOW, &sandbox, &flow)? else {
                    return Ok(None);
                };
                let run = Self::insert(tx, &sandbox, &flow, &trigger, now)?;
                Ok(run["id"].as_str().map(str::to_owned))
            })
            .await?;
        self.notify();
        Ok(id)
    }

    /// The same within a transaction of the caller, who calls [`Engine::notify`] after it. Answers the run's document.
    pub(crate) fn insert(
        tx: &Tx<'_>,
        sandbox: &str,
        flow: &Value,
        trigger: &Trigger,
        now: i64,
    ) -> Result<Value, StateError> {
        start::insert(tx, sandbox, flow, trigger, now)
    }
}
