//! Reading a dataset bit by bit.

use aep_core::DatasetId;

use super::Datasets;
use crate::read::{Position, Reader};

impl Datasets {
    /// A reader of what is new in the dataset since a position. Nothing is asked before [`Reader::next`].
    pub fn read_since(&self, id: &DatasetId, from: Position) -> Reader {
        Reader::new(self.ingest.batches(), id.clone(), from)
    }
}
