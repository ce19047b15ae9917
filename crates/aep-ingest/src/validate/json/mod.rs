//! JSON: one row a line, or rows in one array.

mod array;
mod check;
mod lines;
mod parser;

pub(super) use array::document;
pub(super) use lines::lines;
