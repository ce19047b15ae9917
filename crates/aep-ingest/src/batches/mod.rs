//! Batches: the unit in which data enters a dataset.

mod actions;
mod create;
mod download;
mod errors;
pub mod explain;
mod files;
mod get;
mod last;
mod list;
mod local;
mod model;
mod preview;
mod put;
mod repair;
mod status;
mod wait;

use crate::Ingest;

pub(crate) use self::create::RUN_TAG;
pub use self::create::{CsvOptions, NewBatch, Replay};
pub use self::errors::ErrorsReport;
pub use self::explain::{Explanation, FoundRow};
pub use self::last::LastBatches;
pub use self::list::{BatchFilter, Order};
pub use self::model::{Batch, BatchError, Metrics};
pub use self::preview::Preview;
pub use self::repair::{Mended, REPAIRS};
pub use self::status::BatchStatus;
pub use self::wait::{OnChange, WaitOptions};

/// Everything that can be done with batches.
#[derive(Debug, Clone)]
pub struct Batches {
    ingest: Ingest,
}

impl Batches {
    pub(crate) fn new(ingest: Ingest) -> Self {
        Self { ingest }
    }

    pub(crate) fn client(&self) -> &aep_core::Client {
        self.ingest.client()
    }
}
