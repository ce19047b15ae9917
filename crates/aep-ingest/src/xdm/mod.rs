//! XDM schemas, compiled once and asked often.
//!
//! The Schema Registry hands out a schema in several views. The one to compile is
//! `application/vnd.adobe.xed-full+json; version=1`, in which every field group is already
//! resolved below `properties`. [`Schema::compile`] turns that document into a tree of [`Field`]s
//! with their types and rules; [`crate::validate`] checks files against it, and anything that
//! wants to show a schema walks it:
//!
//! ```
//! # fn main() -> aep_core::Result<()> {
//! use aep_ingest::xdm::Schema;
//!
//! let schema = Schema::compile(&serde_json::json!({
//!     "title": "Members", "type": "object",
//!     "properties": {
//!         "_id": { "type": "string", "meta:xdmType": "string" },
//!         "_local": { "type": "object", "meta:xdmType": "object", "properties": {
//!             "visits": { "type": "integer", "meta:xdmType": "short" }
//!         }}
//!     },
//!     "required": ["_id"]
//! }))?;
//! assert_eq!(schema.field("_local.visits").map(|field| field.kind.name()), Some("short"));
//! let leaves: Vec<&str> = schema.leaves().map(|field| &*field.path).collect();
//! assert_eq!(leaves, ["_id", "_local.visits"]);
//! # Ok(()) }
//! ```

mod allowed;
mod compile;
mod field;
mod pattern;
mod walk;

pub use allowed::Allowed;
pub use field::{Extra, Field, Kind, Object, Rules};
pub use pattern::Pattern;
pub use walk::{Leaves, Walk};

/// A compiled XDM schema.
///
/// Cheap to share behind an [`std::sync::Arc`]; nothing in it changes after [`Schema::compile`].
#[derive(Debug, Clone)]
pub struct Schema {
    id: Option<Box<str>>,
    title: Option<Box<str>>,
    version: Option<Box<str>>,
    root: Field,
    notes: Vec<String>,
}

impl Schema {
    /// The schema's `$id`, when the document has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The schema's title, when the document has one (the `notext` views do not).
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The schema's version, as the registry writes it: `1.4`.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// What the document asks for and this crate doesn't check: a pattern with look-around,
    /// `oneOf`, and the like. One sentence each; empty for nearly every schema.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The fields at the top, in the order of the document.
    pub fn fields(&self) -> &[Field] {
        self.root().fields()
    }

    /// The row itself, as an object.
    pub fn root(&self) -> &Object {
        match &self.root.kind {
            Kind::Object(object) => object,
            _ => Object::none(),
        }
    }

    pub(crate) fn row(&self) -> &Field {
        &self.root
    }
}

#[cfg(test)]
mod tests;
