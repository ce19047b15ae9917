//! Parquet files out of row groups of others.
//!
//! The bytes of row groups are copied as they are, from the first column chunk of a run of groups to the end of its last
//! one; only the footer is new, with offsets moved. What a footer points at outside of the chunks (page indexes, bloom
//! filters) is left out: readers do without. Key-value metadata stays. The footer isn't kept: it is made when the
//! bytes are sent, from the footers of the originals.

mod encode;
mod file;
mod footer;
mod split;
#[cfg(test)]
mod tests;

pub(super) use self::encode::Encode;
pub(super) use self::file::File;
pub(super) use self::footer::assemble;
pub(crate) use self::footer::{layout, rows};
pub(super) use self::split::split;
