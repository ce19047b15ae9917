//! A schema by what people call it.

use aep_core::{Error, ErrorKind, Result, SchemaId};
use futures::TryStreamExt;

use super::{SchemaFilter, SchemaSummary, Schemas};

impl Schemas {
    /// The id of the schema with this `$id`, alternative id or title.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::Usage`] with the candidates if there are several.
    pub async fn find(&self, id_or_title: &str) -> Result<SchemaId> {
        if is_id(id_or_title) {
            return SchemaId::new(id_or_title);
        }
        let filter = SchemaFilter {
            title: Some(id_or_title.to_owned()),
            ..SchemaFilter::default()
        };
        let found: Vec<SchemaSummary> = self.list(filter).try_collect().await?;
        match found.as_slice() {
            [] => Err(Error::new(ErrorKind::NotFound, "find the schema")
                .with("schema", id_or_title)
                .hint("`aep schema list` shows the schemas of the sandbox")),
            [only] => Ok(only.id.clone()),
            several => {
                let ids: Vec<&str> = several.iter().map(|schema| schema.id.as_str()).collect();
                Err(Error::new(
                    ErrorKind::Usage,
                    "tell the schema from others of the same title",
                )
                .with("schema", id_or_title)
                .hint(format!("give one of these ids: {}", ids.join(", "))))
            }
        }
    }
}

/// `https://ns.adobe.com/…` or `_tenant.schemas.…`
fn is_id(text: &str) -> bool {
    text.starts_with("https://")
        || text.starts_with("http://")
        || (text.starts_with('_') && text.contains(".schemas."))
}
