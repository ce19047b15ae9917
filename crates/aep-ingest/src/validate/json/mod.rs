//! JSON: one row a line, or rows in one array.

mod array;
mod check;
mod lines;
mod parser;

pub(super) use array::document;
pub(super) use check::{known, reach};
pub(super) use lines::{SHORTER, lines, not_utf8, without_mark};
