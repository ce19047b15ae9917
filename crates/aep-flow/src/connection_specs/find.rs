//! Connection specifications by name.

use aep_core::Result;
use serde::Serialize;

use super::{ConnectionSpec, ConnectionSpecs, SpecFilter};
use crate::filter::PropertyFilter;
use crate::ids::ConnectionSpecId;
use crate::specs::{self, Role};
use crate::verbs::single;

/// A name of a specification. Neither the name alone nor name and role tell one from all others; the id does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpecName {
    /// The name.
    pub name: String,
    /// The sides that it is on.
    pub roles: Vec<Role>,
    /// The id.
    pub id: ConnectionSpecId,
}

impl ConnectionSpecs {
    /// The specification of this name, or id, on this side of a flow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](aep_core::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) with the candidates if several have the name.
    pub async fn find(&self, name: &str, role: Role) -> Result<ConnectionSpec> {
        let by_id = |spec: &&specs::KnownSpec| spec.id.as_str() == name;
        if specs::CONNECTION_SPECS.iter().any(|spec| by_id(&spec))
            || uuid::Uuid::parse_str(name).is_ok()
        {
            return self.get(&ConnectionSpecId::new(name)?).await;
        }
        let mut filter = SpecFilter {
            role: Some(role),
            ..SpecFilter::default()
        };
        if !name.is_empty() && !name.contains(',') {
            filter.property.push(PropertyFilter::equal("name", name));
        }
        let mut found = self.list(filter).await?;
        found.retain(|spec| spec.name == name);
        let ids: Vec<String> = found.iter().map(|spec| spec.id.to_string()).collect();
        single(found, &ids, "connection specification", name).map_err(|error| {
            match error.hint_text() {
                None => error.hint("`aep spec connections list` shows their names"),
                Some(_) => error,
            }
        })
    }

    /// The names of all specifications with the id of each. Names that stand for several are there several times.
    ///
    /// # Errors
    ///
    /// What the service refuses.
    pub async fn names(&self) -> Result<Vec<SpecName>> {
        let all = self.list(SpecFilter::default()).await?;
        let names = all.into_iter().map(|spec| SpecName {
            roles: [Role::Source, Role::Target]
                .into_iter()
                .filter(|role| spec.plays(*role))
                .collect(),
            name: spec.name,
            id: spec.id,
        });
        Ok(names.collect())
    }
}
