//! Source connections: what is read.

mod action;
mod change;
mod create;
mod get;
mod list;
mod model;

use crate::FlowService;

pub use self::create::NewSource;
pub use self::list::SourceFilter;
pub use self::model::SourceConnection;

/// Everything that can be done with source connections.
#[derive(Debug, Clone)]
pub struct SourceConnections {
    service: FlowService,
}

impl SourceConnections {
    pub(crate) fn new(service: FlowService) -> Self {
        Self { service }
    }

    fn client(&self) -> &aep_core::Client {
        self.service.client()
    }
}
