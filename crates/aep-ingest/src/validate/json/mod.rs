//! JSON: one row a line, or rows in one array.

pub(crate) mod array;
mod check;
pub(crate) mod lines;
pub(crate) mod parser;

pub(crate) use array::document;
pub(crate) use check::{known, reach};
pub(crate) use lines::{SHORTER, lines, not_utf8, without_mark};
