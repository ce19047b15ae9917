//! aep-ingest

pub mod validate;
pub mod xdm;
