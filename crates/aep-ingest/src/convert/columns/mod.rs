//! From values to Arrow arrays.

mod build;
pub(crate) mod scalar;
pub(crate) mod sink;

pub(crate) use build::build;
pub(crate) use sink::Sink;
