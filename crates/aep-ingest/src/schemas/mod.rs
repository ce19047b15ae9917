//! XDM schemas of the Schema Registry.

mod create;
mod find;
mod get;
mod list;
mod resolved;
mod sample;

use crate::Ingest;

pub use self::get::View;
pub use self::list::{Container, SchemaFilter, SchemaSummary};

/// Everything that an ingestion client does with schemas.
#[derive(Debug, Clone)]
pub struct Schemas {
    ingest: Ingest,
}

impl Schemas {
    pub(crate) fn new(ingest: Ingest) -> Self {
        Self { ingest }
    }

    fn client(&self) -> &aep_core::Client {
        self.ingest.client()
    }
}
