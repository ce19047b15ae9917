//! Datasets out of the lake: which can be exported, making exports, running them now.

mod ad_hoc;
mod datasets;
mod now;
mod refusal;
mod wire;
mod zone;

use crate::FlowService;

pub use self::ad_hoc::{AdHoc, AdHocOptions};
pub use self::datasets::{ExportableDataset, ExportableFilter};
pub use self::now::{ExportNow, Exported};

/// Everything about exports of datasets.
#[derive(Clone, Debug)]
pub struct Exports {
    service: FlowService,
}

impl Exports {
    pub(crate) fn new(service: FlowService) -> Self {
        Self { service }
    }
}
