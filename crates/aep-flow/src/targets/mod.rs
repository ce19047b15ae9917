//! Target connections: where it is written.

mod action;
mod change;
mod create;
mod get;
mod list;
mod model;

use crate::FlowService;

pub use self::create::{ExportFiles, ExportFormat, NewTarget};
pub use self::list::TargetFilter;
pub use self::model::TargetConnection;

/// Everything that can be done with target connections.
#[derive(Debug, Clone)]
pub struct TargetConnections {
    service: FlowService,
}

impl TargetConnections {
    pub(crate) fn new(service: FlowService) -> Self {
        Self { service }
    }

    fn client(&self) -> &aep_core::Client {
        self.service.client()
    }
}
