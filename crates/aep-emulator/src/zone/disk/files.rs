//! The zones' files for flows and explore calls.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;

use super::{Disk, Entry, Object, Sums, Unsealed, Wanted, address, intake, receive};
use crate::ids;
use crate::zone::error::blocking;
use crate::zone::{Place, ZoneError, ZoneFile};

impl Disk {
    pub(in crate::zone) async fn list(
        &self,
        place: &Place,
        prefix: &str,
    ) -> Result<Vec<ZoneFile>, ZoneError> {
        let (bucket, top) = address(place);
        let wanted = Wanted {
            prefix: format!("{top}{prefix}"),
            limit: usize::MAX,
            ..Wanted::default()
        };
        let page = self.page(&bucket, wanted).await?;
        let files = page.entries.into_iter().filter_map(|entry| match entry {
            Entry::Object(key, object) => Some(shown(key.strip_prefix(&top)?, &object)),
            Entry::Prefix(_) => None,
        });
        Ok(files.collect())
    }

    pub(in crate::zone) async fn read_to(
        &self,
        place: &Place,
        key: &str,
        to: &Path,
    ) -> Result<(), ZoneError> {
        let object = self.there(place, key).await?;
        let (disk, to) = (self.clone(), to.to_owned());
        blocking(move || {
            let mut target = File::create(to)?;
            for piece in &object.pieces {
                let mut source = File::open(disk.files().path(&piece.blob))?;
                io::copy(&mut source, &mut target)?;
            }
            Ok(())
        })
        .await
    }

    pub(in crate::zone) async fn head_bytes(
        &self,
        place: &Place,
        key: &str,
        limit: usize,
    ) -> Result<Bytes, ZoneError> {
        let object = self.there(place, key).await?;
        let disk = self.clone();
        blocking(move || {
            let mut head = Vec::new();
            for piece in &object.pieces {
                let left = limit - head.len();
                let file = File::open(disk.files().path(&piece.blob))?;
                file.take(left as u64).read_to_end(&mut head)?;
                if head.len() >= limit {
                    break;
                }
            }
            Ok(head.into())
        })
        .await
    }

    pub(in crate::zone) async fn write_from(
        &self,
        place: &Place,
        key: &str,
        from: &Path,
    ) -> Result<ZoneFile, ZoneError> {
        let source = tokio::fs::File::open(from).await?;
        let received = receive(self.files(), intake::blocks(source), Sums::default()).await;
        let received = received.map_err(|error| match error {
            intake::IntakeError::Body(error) => ZoneError::Io(error),
            intake::IntakeError::State(error) => ZoneError::State(error),
        })?;
        let (bucket, top) = address(place);
        let object = plain(&received, self.now());
        let (full, key) = (format!("{top}{key}"), key.to_owned());
        self.seal(&bucket, received, move |tx, bucket, piece| {
            let object = Object {
                pieces: vec![piece],
                ..object
            };
            let unneeded = object.put(tx, &bucket.name, &full)?;
            Ok((shown(&key, &object), unneeded))
        })
        .await
    }

    async fn there(&self, place: &Place, key: &str) -> Result<Object, ZoneError> {
        let (bucket, top) = address(place);
        let found = self.object(&bucket, &format!("{top}{key}")).await?;
        found.ok_or_else(|| ZoneError::NoFile(key.to_owned()))
    }
}

/// An object of bytes that were received in one go; without its pieces.
pub(crate) fn plain(received: &Unsealed, now: i64) -> Object {
    Object {
        size: received.size,
        etag: ids::hex(&received.md5),
        modified: now,
        checksums: super::sums_of(&received.sums),
        ..Object::default()
    }
}

fn shown(key: &str, object: &Object) -> ZoneFile {
    ZoneFile {
        key: key.to_owned(),
        size: object.size,
        modified_ms: object.modified,
        etag: object.etag.clone(),
    }
}
