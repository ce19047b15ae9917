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

    /// Waits by the emulator's clock.
    pub(in crate::zone) async fn pause(&self, duration: std::time::Duration) {
        self.clock.sleep(duration).await;
    }

    pub(crate) fn files(&self) -> &crate::state::Files {
        self.store.files()
    }

    /// Runs `work` on the state.
    pub(crate) async fn read_any<T, E>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StateError> + Send + 'static,
    {
        self.store.read(work).await
    }

    /// Runs `work` on the state, which it may change.
    pub(crate) async fn write_any<T, E>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StateError> + Send + 'static,
    {
        self.store.write(work).await
    }

    /// Runs `work` on a bucket that exists.
    pub(crate) async fn read<T, E>(
        &self,
        bucket: &str,
        work: impl FnOnce(&Tx<'_>, &Bucket) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StateError> + From<ZoneError> + Send + 'static,
    {
        let name = bucket.to_owned();
        self.store.read(move |tx| work(tx, &there(tx, name)?)).await
    }

    /// Runs `work`, which answers also the blobs that nothing names afterwards; they are removed.
    pub(crate) async fn write<T, E>(
        &self,
        bucket: &str,
        work: impl FnOnce(&Tx<'_>, &Bucket) -> Result<(T, Vec<String>), E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StateError> + From<ZoneError> + Send + 'static,
    {
        let (disk, name) = (self.clone(), bucket.to_owned());
        blocking(move || {
            let done = disk.store.write_blocking(|tx| work(tx, &there(tx, name)?));
            let (answer, unneeded) = done?;
            disk.discard(&unneeded);
            Ok(answer)
        })
        .await
    }

    /// Gives received bytes a name and runs `work` with it. Both or neither happen, also when the caller goes away.
    pub(crate) async fn seal<T, E>(
        &self,
        bucket: &str,
        received: Unsealed,
        work: impl FnOnce(&Tx<'_>, &Bucket, Piece) -> Result<(T, Vec<String>), E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StateError> + From<ZoneError> + Send + 'static,
    {
        let (disk, name) = (self.clone(), bucket.to_owned());
        blocking(move || {
            let size = received.size;
            let blob = received.pending.commit().map_err(StateError::from)?;
            let piece = Piece {
                blob: blob.clone(),
                size,
            };
            let stored = disk
                .store
                .write_blocking(|tx| work(tx, &there(tx, name)?, piece));
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
            Ok::<_, ZoneError>(Object::find(tx, bucket, &key, now)?)
        })
        .await
    }

    /// Part of a listing.
    pub(crate) async fn page(&self, bucket: &str, wanted: Wanted) -> Result<Page, ZoneError> {
        let now = self.now();
        self.read(bucket, move |tx, bucket| {
            Ok::<_, ZoneError>(list::page(tx, bucket, &wanted, now)?)
        })
        .await
    }

    /// Removes an object; `false` when there was none to be seen.
    pub(crate) async fn remove(&self, bucket: &str, key: &str) -> Result<bool, ZoneError> {
        let (key, now) = (key.to_owned(), self.now());
        self.write(bucket, move |tx, bucket| {
            let seen = Object::find(tx, bucket, &key, now)?.is_some();
            let blobs = Object::remove(tx, &bucket.name, &key)?;
            Ok::<_, ZoneError>((seen, blobs.unwrap_or_default()))
        })
        .await
    }

    /// The names of the buckets that were made by hand.
    pub(in crate::zone) async fn buckets(&self) -> Result<Vec<String>, ZoneError> {
        self.store
            .read(|tx| {
                let made = tx.entries(kind::ZONE_BUCKET, GLOBAL, None)?;
                Ok::<_, ZoneError>(made.into_iter().map(|(name, _)| name).collect())
            })
            .await
    }

    /// Blobs that nothing names any more. Blocking.
    pub(super) fn discard(&self, blobs: &[String]) {
        for blob in blobs {
            if let Err(error) = self.files().remove(blob) {
                tracing::warn!(%error, blob, "a file could not be removed; the next start does it");
            }
        }
    }
}

fn there(tx: &Tx<'_>, name: String) -> Result<Bucket, ZoneError> {
    Bucket::find(tx, &name)?.ok_or(ZoneError::NoBucket(name))
}
