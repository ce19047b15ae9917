//! Mapping sets of Data Prep, and what they do to rows.
//!
//! The emulator's mapper copies attributes by their paths, under other names or the same, and writes constants. Functions
//! and operators of the expression language are not emulated: a set that uses them is kept and answered, and whatever is
//! to be mapped by it fails with a mapper error (emulator choice).

mod apply;
mod path;
mod rule;
mod store;

pub(crate) use apply::Mapper;
pub(crate) use rule::{Rule, TransformError};
pub(crate) use store::{KIND, find, keep, of_tags};
