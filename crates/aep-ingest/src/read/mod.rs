//! Reading a dataset bit by bit: what is new since the last time, exactly once.
//!
//! A [`Reader`] hands out the batches that are new since a [`Position`]; [`Positions`] keeps positions on disk under a name.
//! The rule is this:
//!
//! - A batch is read when it is a success, once.
//! - The position never passes a batch that is still in progress. Batches made after it are read all the same, and are
//!   remembered by their ids until the older one is over; when that happens, it is read and the position moves on.
//! - The last ten minutes before the newest batch are kept as ids too, for a batch that Catalog shows late.
//! - A batch that failed, was aborted or abandoned is passed by; so is one that was undone before it was read.
//! - A batch that replaces others (a replay) is a new batch: it has their rows again, corrected. Its
//!   [`predecessors`](crate::Batch::predecessors) say what it replaces.
//!
//! The times are those of Catalog (`created`), as the guide to ETL integrations asks for where no available dates are
//! given; the clock of this machine plays no part. For snapshot data only the last batch counts:
//! [`Batches::last_successful`](crate::Batches::last_successful).

mod position;
mod positions;
mod reader;
mod rows;

pub use position::Position;
pub(crate) use positions::sync_directory;
pub use positions::{Positions, SavedPosition};
pub use reader::Reader;
pub(crate) use reader::is_live;
pub use rows::{Rows, to_json};
