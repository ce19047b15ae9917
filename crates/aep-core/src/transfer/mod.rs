//! Bytes of files on their way out: what every sender of files shares.
//!
//! Memory comes from a [`Pool`] of pieces that are used again and again, so that it follows a budget and not the size of
//! what is sent. A file is read as an [`Original`]: in the state in which it was found, or not at all.

mod identity;
mod original;
mod pool;

pub use identity::{Changed, Identity};
pub use original::Original;
pub use pool::{PIECE, Piece, Pool, Room};
