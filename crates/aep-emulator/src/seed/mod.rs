//! What a new emulator holds: the demo organisation, its client, two sandboxes, the XDM core, two schemas and datasets.

mod datasets;
mod org;
mod registry;

pub(crate) use datasets::document as dataset_document;
pub(crate) use org::sandbox_document;
pub(crate) use registry::annotate;

use crate::state::{StateError, Tx};

/// The demo organisation.
pub(crate) const ORG: &str = "LOCAL@AdobeOrg";
/// Its tenant id; custom fields live below `_local`.
pub(crate) const TENANT: &str = "local";
/// The demo client.
pub(crate) const CLIENT: &str = "local-client";
/// The technical account behind the demo client.
pub(crate) const USER: &str = "local-user@AdobeID";
const SECRET: &str = "local-secret";

const DONE: &str = "seeded";

/// Fills an empty state; does nothing to one that was filled before.
pub(crate) fn fill(tx: &Tx<'_>, now: i64, with_data: bool) -> Result<(), StateError> {
    if tx.meta(DONE)?.is_some() {
        return Ok(());
    }
    org::fill(tx, now)?;
    registry::fill_core(tx, now)?;
    if with_data {
        for name in org::SANDBOXES {
            registry::fill_tenant(tx, name, now)?;
            datasets::fill(tx, name, now)?;
        }
    }
    tx.set_meta(DONE, "1")
}
