//! What is told about rows that did not land.

mod causes;
mod files;

pub(crate) use causes::{Cause, Tally};
pub(crate) use files::{DiagnosticFile, Diagnostics};
