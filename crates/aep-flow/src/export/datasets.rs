//! The datasets that can be exported.

use aep_core::{DatasetId, Error, ErrorKind, Result};
use futures::{Stream, TryStreamExt as _};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::Exports;
use crate::connection_specs::Configs;
use crate::json::{object, text};
use crate::specs::connection;

/// Which exportable datasets are listed, and what is told about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportableFilter {
    /// The fields that are wanted, by Catalog's names; all of them if there are none. Less is faster.
    pub properties: Vec<String>,
    /// Entries asked for at once; 100 if it is 0.
    pub page_size: u64,
}

/// A dataset that can be exported. Serialises as the object that the service gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExportableDataset {
    /// Its id.
    pub id: DatasetId,
    /// Its name, if it was asked for.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    raw: Map<String, Value>,
}

impl ExportableDataset {
    fn read(item: Value) -> Result<Self> {
        let raw = object(item, "an exportable dataset")?;
        Ok(Self {
            id: DatasetId::new(text(&raw, "id").unwrap_or_default())?,
            name: text(&raw, "name"),
            description: text(&raw, "description"),
            raw,
        })
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &Map<String, Value> {
        &self.raw
    }
}

impl Serialize for ExportableDataset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl Exports {
    /// The datasets that can be exported. A page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream yields the error of the page that failed, and ends.
    pub fn datasets(
        &self,
        filter: ExportableFilter,
    ) -> impl Stream<Item = Result<ExportableDataset>> + Send + use<> {
        let configs = Configs {
            properties: filter.properties,
            page_size: filter.page_size,
            ..Configs::exportable_datasets()
        };
        // the documented id is that of the lake as a source, not that of the destination
        self.service
            .connection_specs()
            .configs(&connection::DATA_LAKE_SOURCE, configs)
            .and_then(|item| std::future::ready(ExportableDataset::read(item)))
    }

    /// Fails if one of the datasets can't be exported.
    pub(super) async fn exportable(&self, ids: &[DatasetId]) -> Result<()> {
        let mut left: Vec<&DatasetId> = ids.iter().collect();
        let filter = ExportableFilter {
            properties: vec!["name".to_owned()],
            ..ExportableFilter::default()
        };
        let mut listed = std::pin::pin!(self.datasets(filter));
        while !left.is_empty() {
            let Some(dataset) = listed.try_next().await? else {
                break;
            };
            left.retain(|id| **id != dataset.id);
        }
        match left.first() {
            None => Ok(()),
            Some(id) => Err(Error::new(ErrorKind::Usage, "export the dataset")
                .with("dataset", id)
                .because("it is not among the datasets that can be exported")
                .hint("`aep dataset exportable` lists them")),
        }
    }
}
