//! From what a file holds to what a column takes.

pub(crate) mod matrix;
pub(crate) mod row;
pub(crate) mod time;

pub(crate) use row::{Converter, Outcome, RowErrors};
