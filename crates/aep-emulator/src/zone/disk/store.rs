//! The parts that both faces share: look up, list, seal, remove.

use super::list::{self, Page, Wanted};
use super::{Bucket, Disk, Object, Piece, Unsealed};
use crate::state::{GLOBAL, StateError, Tx, kind};
use crate::zone::ZoneError;
use crate::zone::error::blocking;

impl Disk {
    pub(crate) fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(crate) fn files(&self) -> &crate::state::Files {
        self.store.files()
    }

    /// Runs `work` on a bucket that exists.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        bucket: &str,
        work: impl FnOnce(&Tx<'_>, &Bucket) -> Result<T, ZoneError> + Send + 'static,
    ) -> Result<T, ZoneError> {
        let name = bucket.to_owned();
        self.store
            .read(move |tx| {
                let bucket = Bucket::find(tx, &name)?;
                let bucket = bucket.ok_or(ZoneError::NoBucket(name))?;
                work(tx, &bucket)
            })
            .await
    }

    /// Runs `work`, which answers also the blobs that nothing names afterwards; they are removed.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        bucket: &str,
        work: impl FnOnce(&Tx<'_>, &Bucket) -> Result<(T, Vec<String>), ZoneError> + Send + 'static,
    ) -> Result<T, ZoneError> {
        let (store, name) = (self.store.clone(), bucket.to_owned());
        let disk = self.clone();
        blocking(move || {
            let (answer, unneeded) = store.write_blocking(|tx| {
                let bucket = Bucket::find(tx, &name)?;
                let bucket = bucket.ok_or(ZoneError::NoBucket(name))?;
                work(tx, &bucket)
            })?;
            disk.discard(&unneeded);
            Ok(answer)
        })
        .await
    }

    /// Gives received bytes a name and runs `work` with it. Both or neither happen, also when the caller goes away.
    pub(crate) async fn seal<T: Send + 'static>(
        &self,
        bucket: &str,
        received: Unsealed,
        work: impl FnOnce(&Tx<'_>, &Bucket, Piece) -> Result<(T, Vec<String>), ZoneError>
        + Send
        + 'static,
    ) -> Result<T, ZoneError> {
        let (disk, name) = (self.clone(), bucket.to_owned());
        blocking(move || {
            let size = received.size;
            let blob = received.pending.commit()?;
            let piece = Piece {
                blob: blob.clone(),
                size,
            };
            let stored = disk.store.write_blocking(|tx| {
                let bucket = Bucket::find(tx, &name)?;
                let bucket = bucket.ok_or(ZoneError::NoBucket(name))?;
                work(tx, &bucket, piece)
            });
            match stored {
                Ok((answer, unneeded)) => {
                    disk.discard(&unneeded);
                    Ok(answer)
                }
                Err(error) => {
                    disk.discard(&[blob]);
                    Err(error)
                }
            }
        })
        .await
    }

    /// An object that is there, or `None`.
    pub(crate) async fn object(
        &self,
        bucket: &str,
        key: &str,
    ) -> Result<Option<Object>, ZoneError> {
        let (key, now) = (key.to_owned(), self.now());
        self.read(bucket, move |tx, bucket| {
            Ok(Object::find(tx, bucket, &key, now)?)
        })
        .await
    }

    /// Part of a listing.
    pub(crate) async fn page(&self, bucket: &str, wanted: Wanted) -> Result<Page, ZoneError> {
        let now = self.now();
        self.read(bucket, move |tx, bucket| {
            Ok(list::page(tx, bucket, &wanted, now)?)
        })
        .await
    }

    /// Removes an object; `false` when there was none to be seen.
    pub(crate) async fn remove(&self, bucket: &str, key: &str) -> Result<bool, ZoneError> {
        let (key, now) = (key.to_owned(), self.now());
        self.write(bucket, move |tx, bucket| {
            let seen = Object::find(tx, bucket, &key, now)?.is_some();
            let blobs = Object::remove(tx, &bucket.name, &key)?;
            Ok((seen, blobs.unwrap_or_default()))
        })
        .await
    }

    /// The names of the buckets that were made by hand.
    pub(in crate::zone) async fn buckets(&self) -> Result<Vec<String>, ZoneError> {
        self.store
            .read(|tx| {
                let made = tx.entries(kind::ZONE_BUCKET, GLOBAL, None)?;
                Ok(made.into_iter().map(|(name, _)| name).collect())
            })
            .await
    }

    /// Blobs that nothing names any more. Blocking.
    fn discard(&self, blobs: &[String]) {
        for blob in blobs {
            if let Err(error) = self.files().remove(blob) {
                tracing::warn!(%error, blob, "a file could not be removed; the next start does it");
            }
        }
    }
}

impl From<ZoneError> for StateError {
    fn from(error: ZoneError) -> Self {
        match error {
            ZoneError::State(error) => error,
            other => Self::Io(std::io::Error::other(other)),
        }
    }
}
