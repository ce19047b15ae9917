//! Flow specifications by name.

use aep_core::{Error, Result};

use super::{FlowSpec, FlowSpecs};
use crate::filter::PropertyFilter;
use crate::ids::{ConnectionSpecId, FlowSpecId};
use crate::specs::Role;
use crate::verbs::single;

impl FlowSpecs {
    /// The specification of this name, or id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) with the candidates if several have the name.
    pub async fn find(&self, name: &str) -> Result<FlowSpec> {
        if uuid::Uuid::parse_str(name).is_ok() {
            return self.get(&FlowSpecId::new(name)?).await;
        }
        let found = self.named(name).await?;
        choose(found, name)
    }

    /// The specification of this name whose flows may go from the first system to the second, which are names or ids of
    /// connection specifications; either may be left out.
    ///
    /// # Errors
    ///
    /// As [`find`](Self::find), for any of the three names.
    pub async fn find_for(
        &self,
        name: &str,
        source: Option<&str>,
        target: Option<&str>,
    ) -> Result<FlowSpec> {
        let mut found = self.named(name).await?;
        let specs = self.service.connection_specs();
        if let Some(source) = source {
            let id: ConnectionSpecId = specs.find(source, Role::Source).await?.id;
            found.retain(|spec| spec.sources.contains(&id));
        }
        if let Some(target) = target {
            let id: ConnectionSpecId = specs.find(target, Role::Target).await?.id;
            found.retain(|spec| spec.targets.contains(&id));
        }
        choose(found, name)
    }

    /// All of this name.
    pub(crate) async fn named(&self, name: &str) -> Result<Vec<FlowSpec>> {
        // a comma separates alternatives: such a name can't be asked for
        let property = if name.is_empty() || name.contains(',') {
            Vec::new()
        } else {
            vec![PropertyFilter::equal("name", name)]
        };
        let mut found = self.list(&property).await?;
        found.retain(|spec| spec.name == name);
        Ok(found)
    }
}

fn choose(found: Vec<FlowSpec>, name: &str) -> Result<FlowSpec> {
    let ids: Vec<String> = found.iter().map(|spec| spec.id.to_string()).collect();
    single(found, &ids, "flow specification", name).map_err(|error: Error| {
        match error.hint_text() {
            None => error.hint("`aep spec flows list` shows their names"),
            Some(_) => error,
        }
    })
}
