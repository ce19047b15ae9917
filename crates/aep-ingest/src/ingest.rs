//! The door to everything in this crate.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use aep_core::{Client, InletId, Result, SchemaId};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::batches::Batches;
use crate::datasets::{Dataset, Datasets};
use crate::inputs::Inputs;
use crate::jobs::Jobs;
use crate::sandboxes::Sandboxes;
use crate::schemas::Schemas;
use crate::streaming::Inlet;
use crate::upload::{Pace, Upload};
use crate::xdm;

/// How many times as many retries a request of an upload has as any other. With growing waits the default bears the
/// better part of a minute without a network.
const PERSISTENCE: u32 = 3;

/// Batch ingestion and read-back for one organisation and sandbox. Cheap to clone; the clones share connections, the
/// answer about the sandbox's type and compiled schemas.
#[derive(Clone)]
pub struct Ingest(Arc<Inner>);

struct Inner {
    client: Client,
    writable: OnceCell<()>,
    schemas: Mutex<HashMap<SchemaId, Arc<xdm::Schema>>>,
    pace: Arc<Pace>,
}

impl fmt::Debug for Ingest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingest")
            .field("settings", self.0.client.settings())
            .finish_non_exhaustive()
    }
}

impl Ingest {
    /// Works through this client.
    pub fn new(client: Client) -> Self {
        Self(Arc::new(Inner {
            client,
            writable: OnceCell::new(),
            schemas: Mutex::default(),
            pace: Arc::default(),
        }))
    }

    /// The same for work of hours, which nobody waits for to fail: with more retries.
    pub(crate) fn persistent(&self) -> Self {
        let retries = self.client().settings().retries;
        let client = self
            .client()
            .with_retries(retries.saturating_mul(PERSISTENCE));
        Self(Arc::new(Inner {
            client,
            writable: OnceCell::new(),
            schemas: Mutex::default(),
            pace: Arc::clone(&self.0.pace),
        }))
    }

    /// The client that the requests go through.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Batches: list, make, fill, finish, watch, read back, undo.
    pub fn batches(&self) -> Batches {
        Batches::new(self.clone())
    }

    /// Datasets: list, find, make, delete, read.
    pub fn datasets(&self) -> Datasets {
        Datasets::new(self.clone())
    }

    /// XDM schemas: list, find, make, samples.
    pub fn schemas(&self) -> Schemas {
        Schemas::new(self.clone())
    }

    /// Sandboxes, and whether this one may be written to.
    pub fn sandboxes(&self) -> Sandboxes {
        Sandboxes::new(self.clone())
    }

    /// Prepares an upload of files into a dataset. Nothing happens before [`Upload::start`].
    pub fn upload(&self, dataset: Dataset, inputs: Inputs) -> Upload {
        Upload::new(self, dataset, inputs)
    }

    /// Prepares to go on with a run that an earlier process has left: what the platform has is not sent again, what is left
    /// is. The settings are those of the run; [`Upload::on_failure`], [`Upload::wait`], [`Upload::concurrency`],
    /// [`Upload::memory`] and [`Upload::allow_duplicate`] may be given anew, the others have no effect. A run that is over is
    /// only reported. Blocks for the first line of a file.
    ///
    /// # Errors
    /// [`NotFound`](aep_core::ErrorKind::NotFound) if there is no such job.
    pub fn resume(&self, jobs: Jobs, run: Uuid) -> Result<Upload> {
        Upload::taken_up(self, jobs, run)
    }

    /// An inlet to send messages to. Nothing is sent before [`Inlet::send`] or [`Inlet::send_all`].
    pub fn inlet(&self, id: InletId) -> Inlet {
        Inlet::new(self.clone(), id)
    }

    /// Fails if the sandbox must not be written to; asks the server once.
    pub(crate) async fn guard(&self) -> Result<()> {
        self.0
            .writable
            .get_or_try_init(|| async { self.sandboxes().look_before_write().await })
            .await
            .copied()
    }

    /// How fast batches are made.
    pub(crate) fn pace(&self) -> &Pace {
        &self.0.pace
    }

    pub(crate) fn compiled(&self) -> &Mutex<HashMap<SchemaId, Arc<xdm::Schema>>> {
        &self.0.schemas
    }
}
