//! The reader of this format.
use std::fs::File;

use super::{Options, Stop, tally::Tally};
use crate::xdm::Schema;

pub(super) fn columns(_: File, _: &Schema, _: &Options, _: &mut Tally) -> Result<(), Stop> {
    Err(Stop::Read(std::io::Error::from(
        std::io::ErrorKind::Unsupported,
    )))
}
