//! Connection specifications: the templates of systems that data comes from or goes to.

mod configs;
mod explore;
mod find;
mod get;
mod list;
mod model;

use crate::FlowService;

pub use self::configs::Configs;
pub use self::find::SpecName;
pub use self::list::SpecFilter;
pub use self::model::{AuthForm, ConnectionSpec};

/// Everything that can be asked about connection specifications.
#[derive(Debug, Clone)]
pub struct ConnectionSpecs {
    service: FlowService,
}

impl ConnectionSpecs {
    pub(crate) fn new(service: FlowService) -> Self {
        Self { service }
    }

    fn client(&self) -> &aep_core::Client {
        self.service.client()
    }
}
