//! The data landing zone: files that callers put next to the platform, and buckets that stand for their cloud storages.
//!
//! [`Zone`] is what flows and explore calls work with; it hides where the files are. [`disk`] keeps them in the
//! emulator's own state, [`s3`] serves them to callers, [`azure`] has another program do both.

pub(crate) mod azure;
mod credentials;
pub(crate) mod disk;
mod error;
mod explore;
mod keys;
mod kind;
mod place;
pub(crate) mod s3;
mod serve;
mod tend;

use std::path::Path;

use bytes::Bytes;

pub use azure::AzuriteError;
pub(crate) use error::ZoneError;
pub(crate) use explore::{Refused, Source, explore};
pub use kind::ZoneKind;

pub(crate) use place::{Place, ZoneType, key_of};

use crate::clock::Clock;
use crate::state::Store;
use azure::Azure;
use disk::Disk;

/// Days until the files of a landing zone are deleted, by the emulator's clock.
pub(crate) const TTL_DAYS: i64 = 7;

const DAY_MS: i64 = 86_400_000;

/// A file of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ZoneFile {
    /// Below its place, without a leading slash.
    pub(crate) key: String,
    /// In bytes.
    pub(crate) size: u64,
    /// By the emulator's clock, in milliseconds since 1970-01-01 UTC.
    pub(crate) modified_ms: i64,
    /// Without quotes.
    pub(crate) etag: String,
}

/// All zones. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    disk: Disk,
    face: s3::Face,
    /// Where the landing zones are, unless they are on the disk.
    azure: Option<Azure>,
}

impl Zone {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        let disk = Disk::new(store, clock);
        Self {
            face: s3::Face::new(disk.clone()),
            disk,
            azure: None,
        }
    }

    /// With the landing zones where `kind` says; what that needs beside the state is kept in `dir`.
    pub(crate) async fn start(
        kind: &ZoneKind,
        dir: &Path,
        store: Store,
        clock: Clock,
    ) -> Result<Self, AzuriteError> {
        let mut zone = Self::new(store.clone(), clock.clone());
        if let ZoneKind::Azure { azurite } = kind {
            let dir = dir.join("azurite");
            zone.azure = Some(Azure::start(azurite.as_deref(), &dir, store, clock).await?);
        }
        Ok(zone)
    }

    /// The landing zone of a place, if Azure has it.
    fn azure<'a>(&'a self, place: &'a Place) -> Option<(&'a Azure, &'a str, ZoneType)> {
        match place {
            Place::Landing { sandbox, kind } => Some((self.azure.as_ref()?, sandbox, *kind)),
            Place::Bucket(_) => None,
        }
    }

    /// The files whose keys begin with `prefix`, in the byte order of keys.
    pub(crate) async fn list(
        &self,
        place: &Place,
        prefix: &str,
    ) -> Result<Vec<ZoneFile>, ZoneError> {
        match self.azure(place) {
            Some((azure, sandbox, kind)) => azure.list(sandbox, kind, prefix).await,
            None => self.disk.list(place, prefix).await,
        }
    }

    /// Copies a file to a path of the local file system, which is replaced.
    pub(crate) async fn read_to(
        &self,
        place: &Place,
        key: &str,
        to: &Path,
    ) -> Result<(), ZoneError> {
        match self.azure(place) {
            Some((azure, sandbox, kind)) => azure.read_to(sandbox, kind, key, to).await,
            None => self.disk.read_to(place, key, to).await,
        }
    }

    /// The first `limit` bytes of a file, or all there are.
    pub(crate) async fn head_bytes(
        &self,
        place: &Place,
        key: &str,
        limit: usize,
    ) -> Result<Bytes, ZoneError> {
        match self.azure(place) {
            Some((azure, sandbox, kind)) => azure.head_bytes(sandbox, kind, key, limit).await,
            None => self.disk.head_bytes(place, key, limit).await,
        }
    }

    /// Writes a file, or replaces it, with the content of a local one. It is on disk when this returns.
    pub(crate) async fn write_from(
        &self,
        place: &Place,
        key: &str,
        from: &Path,
    ) -> Result<ZoneFile, ZoneError> {
        match self.azure(place) {
            Some((azure, sandbox, kind)) => azure.write_from(sandbox, kind, key, from).await,
            None => self.disk.write_from(place, key, from).await,
        }
    }

    /// The names of the buckets that are no landing zones.
    pub(crate) async fn buckets(&self) -> Result<Vec<String>, ZoneError> {
        self.disk.buckets().await
    }
}
