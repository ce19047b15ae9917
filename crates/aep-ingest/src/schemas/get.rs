//! One schema.

use aep_core::{ErrorKind, Result, SchemaId};
use serde_json::Value;

use super::{Container, Schemas};
use crate::wire::registry;

/// How much of a schema is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// As it was written, with `allOf` and `$ref`.
    Raw,
    /// Everything resolved below `properties`.
    #[default]
    Full,
    /// As [`View::Full`], without titles and descriptions.
    FullWithoutText,
    /// As [`View::Full`], with descriptors.
    FullWithDescriptors,
}

impl View {
    fn accept(self) -> &'static str {
        match self {
            Self::Raw => "application/vnd.adobe.xed+json; version=1",
            Self::Full => "application/vnd.adobe.xed-full+json; version=1",
            Self::FullWithoutText => "application/vnd.adobe.xed-full-notext+json; version=1",
            Self::FullWithDescriptors => "application/vnd.adobe.xed-full-desc+json; version=1",
        }
    }
}

impl Schemas {
    /// The schema with this `$id` or alternative id; the organisation's own, else Adobe's.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none.
    pub async fn get(&self, id: &SchemaId, view: View) -> Result<Value> {
        match registry::get(self.client(), Container::Tenant.wire(), id, view.accept()).await {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let global =
                    registry::get(self.client(), Container::Global.wire(), id, view.accept()).await;
                global.map_err(|_| error.hint("`aep schema list` shows the schemas of the sandbox"))
            }
            answer => answer,
        }
    }
}
