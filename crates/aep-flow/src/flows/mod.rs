//! Flows ("dataflows"): schedule and mapping between a source and a target connection.

mod action;
mod change;
mod create;
mod get;
mod list;
mod model;
mod policies;
mod search;

use crate::FlowService;

pub use self::action::FlowAction;
pub use self::create::NewFlow;
pub use self::list::{FlowFilter, FlowSide};
pub use self::model::{Flow, FlowKind, FlowOptions, LastRun, MappingRef, Transformation};
pub use self::policies::PolicyChange;

/// Everything that can be done with flows.
#[derive(Debug, Clone)]
pub struct Flows {
    service: FlowService,
}

impl Flows {
    pub(crate) fn new(service: FlowService) -> Self {
        Self { service }
    }

    fn client(&self) -> &aep_core::Client {
        self.service.client()
    }
}
