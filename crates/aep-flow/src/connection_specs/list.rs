//! Lists of connection specifications. The service answers all at once.

use aep_core::Result;

use super::{ConnectionSpec, ConnectionSpecs};
use crate::filter::{PropertyFilter, texts};
use crate::specs::Role;
use crate::verbs::page;
use crate::wire;

/// Which connection specifications are listed. All conditions have to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpecFilter {
    /// Conditions on fields.
    pub property: Vec<PropertyFilter>,
    /// Only those on this side.
    pub role: Option<Role>,
}

impl ConnectionSpecs {
    /// The specifications that the filter lets through.
    ///
    /// # Errors
    ///
    /// What the service refuses.
    pub async fn list(&self, filter: SpecFilter) -> Result<Vec<ConnectionSpec>> {
        let answer = wire::connection_specs(self.client(), &texts(&filter.property)).await?;
        let mut specs = page(answer, "connection specification", ConnectionSpec::read)?.items;
        specs.retain(|spec| filter.role.is_none_or(|role| spec.plays(role)));
        Ok(specs)
    }
}
