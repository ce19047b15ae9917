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

use crate::state::{StateError, Tx};

pub(crate) use schedule::{Schedule, flag, time_ms};
pub(crate) use start::{Trigger, new_etag, new_run};
pub(crate) use tick::run;

/// The handle that routes and the lake hold. Cheap to clone; all clones are the same engine.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    wake: Arc<Notify>,
    batches: Arc<watch::Sender<()>>,
    messages: Arc<Notify>,
}

impl Engine {
    /// A handle; it does something once [`run`] is polled with it.
    pub(crate) fn new() -> Self {
        Self {
            wake: Arc::new(Notify::new()),
            batches: Arc::new(watch::Sender::new(())),
            messages: Arc::new(Notify::new()),
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

    /// An inlet accepted something.
    pub(crate) fn message_came(&self) {
        self.messages.notify_one();
    }

    /// Waits until an inlet has accepted something.
    pub(crate) async fn messages(&self) {
        self.messages.notified().await;
    }

    /// Tells about ends of batches from now on.
    pub(crate) fn batches(&self) -> watch::Receiver<()> {
        self.batches.subscribe()
    }

    /// Adds a run of a flow, in the transaction of the caller, who calls [`Engine::notify`] after it. Answers the run's
    /// document. Whether the flow may run now is for the caller to check.
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
