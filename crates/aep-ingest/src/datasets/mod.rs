//! Datasets: where batches go, and where rows are read from.

mod create;
mod delete;
mod download;
mod files;
mod find;
mod get;
mod list;
mod model;
mod preview;
mod read;
mod view;

use crate::Ingest;

pub use self::create::NewDataset;
pub use self::list::DatasetFilter;
pub use self::model::Dataset;
pub use self::view::ViewFile;

/// Everything that can be done with datasets.
#[derive(Debug, Clone)]
pub struct Datasets {
    ingest: Ingest,
}

impl Datasets {
    pub(crate) fn new(ingest: Ingest) -> Self {
        Self { ingest }
    }

    fn client(&self) -> &aep_core::Client {
        self.ingest.client()
    }
}
