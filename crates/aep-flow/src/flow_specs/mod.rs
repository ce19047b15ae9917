//! Flow specifications: the templates of flows.

mod find;
mod list;
mod model;

use crate::FlowService;

pub use self::model::FlowSpec;

/// Everything that can be asked about flow specifications.
#[derive(Debug, Clone)]
pub struct FlowSpecs {
    service: FlowService,
}

impl FlowSpecs {
    pub(crate) fn new(service: FlowService) -> Self {
        Self { service }
    }

    fn client(&self) -> &aep_core::Client {
        self.service.client()
    }
}
