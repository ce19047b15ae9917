//! Mapping sets: how a flow makes rows of the source into rows of the schema (Data Prep).

mod check;
mod create;
mod get;
mod list;
mod model;
mod wire;

use aep_core::Client;

use crate::FlowService;

pub use self::check::{Preview, Validation};
pub use self::create::NewMappingSet;
pub use self::list::{MappingFilter, MappingOrder};
pub use self::model::{Mapping, MappingSet, MappingSetId, SourceType};

/// Everything that a flow needs of Data Prep: read mapping sets, make them, try them.
#[derive(Clone, Debug)]
pub struct MappingSets {
    service: FlowService,
}

impl MappingSets {
    pub(crate) fn new(service: FlowService) -> Self {
        Self { service }
    }

    fn client(&self) -> &Client {
        self.service.client()
    }
}
