//! Runs: the executions of flows.

mod action;
mod create;
mod get;
mod list;
mod metrics;
mod model;
mod status;
mod watch;

use crate::FlowService;

pub use self::create::RunWindow;
pub use self::list::{RunFilter, RunOrder};
pub use self::metrics::{RunError, RunMetrics};
pub use self::model::{Activity, Run};
pub use self::status::RunStatus;
pub use self::watch::WatchOptions;

/// Everything that can be done with runs.
#[derive(Debug, Clone)]
pub struct Runs {
    service: FlowService,
}

impl Runs {
    pub(crate) fn new(service: FlowService) -> Self {
        Self { service }
    }

    fn client(&self) -> &aep_core::Client {
        self.service.client()
    }
}
