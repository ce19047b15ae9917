//! Connections ("base connections"): the accounts by which systems are reached.

mod action;
mod change;
mod create;
mod explore;
mod get;
mod list;
mod model;
mod search;

use crate::FlowService;

pub use self::action::ConnectionAction;
pub use self::create::{NewConnection, Streaming, StreamingData};
pub use self::explore::ConfigColumn;
pub use self::list::ConnectionFilter;
pub use self::model::Connection;

/// Everything that can be done with connections.
#[derive(Debug, Clone)]
pub struct Connections {
    service: FlowService,
}

impl Connections {
    pub(crate) fn new(service: FlowService) -> Self {
        Self { service }
    }

    fn client(&self) -> &aep_core::Client {
        self.service.client()
    }
}
