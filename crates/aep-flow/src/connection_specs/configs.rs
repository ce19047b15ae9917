//! What a specification offers to choose from.

use aep_core::{Cursor, Page, Result, items};
use futures::Stream;
use serde_json::Value;

use super::ConnectionSpecs;
use crate::ids::ConnectionSpecId;
use crate::wire::{self, ConfigQuery};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configs {
    /// The sort of the answer, `activationDatasets`.
    pub output_type: Option<String>,
    /// The field of the answer, `datasets`.
    pub output_field: Option<String>,
    /// The fields of each item; all if it is empty.
    pub properties: Vec<String>,
    /// Entries asked for at once, 1 to 100; 100 if it is 0.
    pub page_size: u64,
}

impl Configs {
    /// The datasets that can be exported, for the specification
    /// [`DATA_LAKE_SOURCE`](crate::specs::connection::DATA_LAKE_SOURCE).
    pub fn exportable_datasets() -> Self {
        Self {
            output_type: Some("activationDatasets".to_owned()),
            output_field: Some("datasets".to_owned()),
            ..Self::default()
        }
    }
}

impl ConnectionSpecs {
    /// What a specification offers to choose from, as the service's objects. A page is fetched when it is needed.
    ///
    /// # Errors
    ///
    /// The stream yields the error of the page that failed, and ends.
    pub fn configs(
        &self,
        id: &ConnectionSpecId,
        configs: Configs,
    ) -> impl Stream<Item = Result<Value>> + Send + use<> {
        let (client, id) = (self.client().clone(), id.clone());
        let limit = match configs.page_size {
            0 => 100,
            size => size.min(100),
        };
        let properties = configs.properties.join(",");
        items(move |cursor| {
            let (client, id, configs, properties) = (
                client.clone(),
                id.clone(),
                configs.clone(),
                properties.clone(),
            );
            async move {
                let start = match cursor {
                    Some(Cursor::Offset(start)) => start,
                    _ => 0,
                };
                let query = ConfigQuery {
                    output_type: configs.output_type.as_deref(),
                    output_field: configs.output_field.as_deref(),
                    start,
                    limit,
                    properties: (!properties.is_empty()).then_some(&properties),
                };
                let answer = wire::spec_configs(&client, id.as_str(), query)
                    .await
                    .map_err(|error| error.with("id", &id))?;
                let more = answer.page_info.and_then(|page| page.has_next) == Some(true);
                let count = answer.items.len() as u64;
                Ok(Page {
                    items: answer.items,
                    next: (more && count > 0).then(|| Cursor::Offset(start + count)),
                })
            }
        })
    }
}
