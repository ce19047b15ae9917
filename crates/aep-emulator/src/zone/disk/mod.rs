//! Objects as rows of the state and blobs beside it: a row names the blobs its bytes are in, in order.

mod bucket;
mod bytes;
mod files;
mod intake;
mod list;
mod object;
mod store;
mod sweep;
mod upload;

pub(crate) use bucket::Bucket;
pub(crate) use files::plain;
pub(crate) use intake::{IntakeError, Sums, Unsealed, receive};
pub(crate) use list::{Entry, Page, Wanted};
pub(crate) use object::{Object, Piece};
pub(crate) use upload::{Part, Upload};

use std::collections::BTreeMap;

use s3s::dto::Checksum;

use super::Place;
use super::place::bucket_of;
use crate::clock::Clock;
use crate::state::Store;

/// The zones' files in the emulator's own state. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    store: Store,
    clock: Clock,
}

impl Disk {
    pub(super) fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }
}

/// Checksums by the names they have in rows.
pub(crate) fn sums_of(sums: &Checksum) -> BTreeMap<String, String> {
    [
        ("crc32", &sums.checksum_crc32),
        ("crc32c", &sums.checksum_crc32c),
        ("crc64nvme", &sums.checksum_crc64nvme),
        ("sha1", &sums.checksum_sha1),
        ("sha256", &sums.checksum_sha256),
    ]
    .into_iter()
    .filter_map(|(name, sum)| Some((name.to_owned(), sum.clone()?)))
    .collect()
}

/// The bucket of a place, and what stands before its keys there.
fn address(place: &Place) -> (String, String) {
    match place {
        Place::Landing { sandbox, kind } => (bucket_of(sandbox), format!("{}/", kind.folder())),
        Place::Bucket(name) => (name.clone(), String::new()),
    }
}
