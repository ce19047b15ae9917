//! JSON rows into columns.

mod pick;
mod row;

pub(crate) use pick::Picker;
pub(crate) use row::{Reader, broken_row, cell};
