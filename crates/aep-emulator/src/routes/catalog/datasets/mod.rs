//! Changes of datasets.

mod change;
mod check;
mod create;
mod delete;

pub(super) use change::{patch, patch_nested, put};
pub(crate) use check::checked;
pub(super) use create::create;
pub(super) use delete::delete;

use serde_json::{Value, json};

/// What a write answers: an array of one path.
fn path_of(id: &str) -> Value {
    json!([format!("@/dataSets/{id}")])
}
