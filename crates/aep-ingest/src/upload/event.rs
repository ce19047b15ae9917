//! What happens in an upload, one thing at a time.

use std::fmt;
use std::sync::Arc;

use aep_core::{BatchId, DatasetId};
use serde::Serialize;
use uuid::Uuid;

use super::{Period, Phase};
use crate::BatchStatus;

/// Something that happened in an upload. As JSON an object whose `event` is the name of the variant in camel case.
///
/// [`Progress`](super::Progress) tells how far an upload is and skips what a slow reader misses; events skip nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[non_exhaustive]
pub enum Event {
    /// It begins, or is taken up again.
    Start {
        /// The run: `aep ingest --resume` takes it up again if there is a journal.
        run: Uuid,
        /// The dataset that it sends to.
        dataset: DatasetId,
    },
    /// It does something else now.
    Phase {
        /// What.
        phase: Phase,
    },
    /// A batch was made, or is in another state.
    Batch {
        /// Its id.
        batch: BatchId,
        /// Its state.
        status: BatchStatus,
        /// What the platform says about a batch that is retrying or stalled.
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    /// The platform has stopped trying: without its operators nothing more will happen to the batch. Comes after the
    /// `batch` with the state.
    Stalled {
        /// The batch.
        batch: BatchId,
        /// What the platform says about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    /// The next batch has to wait, so that the platform's limits are kept.
    Wait {
        /// How long, in seconds.
        seconds: u64,
        /// No more batches than this are made in the period.
        most: u32,
        /// The period.
        period: Period,
    },
    /// A file is whole on the server.
    File {
        /// The batch that it is in.
        batch: BatchId,
        /// Its name there.
        file: String,
        /// Its size.
        bytes: u64,
    },
    /// A request with data is sent again.
    Retry {
        /// The batch that it sends to.
        batch: BatchId,
        /// The file whose data it carries.
        file: String,
    },
}

/// Is told what happens, in the order in which it happens, by the tasks that do it: it should not block.
#[derive(Clone)]
pub(crate) struct OnEvent(Arc<dyn Fn(&Event) + Send + Sync>);

impl OnEvent {
    pub(crate) fn new(tell: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn tell(&self, event: &Event) {
        (self.0)(event);
    }
}

impl fmt::Debug for OnEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnEvent")
    }
}
