//! XDM schemas: from registry resources with `$ref` and `allOf` to one resolved tree.

mod flatten;
mod names;
mod sample;
mod tree;

pub(crate) use flatten::{extends, find, full, kind_of};
pub(crate) use names::{alt_id, id_of, resource_type};
pub(crate) use sample::sample;
pub(crate) use tree::{Field, Kind, Resolved};

use crate::state::{StateError, Tx};

/// The resolved tree of a schema, or `None` when there is none of that id (`$id` or `meta:altId`).
pub(crate) fn resolve(
    tx: &Tx<'_>,
    sandbox: &str,
    schema: &str,
) -> Result<Option<Resolved>, StateError> {
    let Some(document) = find(tx, sandbox, schema)? else {
        return Ok(None);
    };
    Ok(Some(Resolved::read(&full(tx, sandbox, &document)?)))
}
