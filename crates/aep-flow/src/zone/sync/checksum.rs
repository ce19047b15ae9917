//! Whether two contents are the same.

use std::io::Read;

use aep_core::Result;
use aep_core::transfer::PIECE;
use crc_fast::{CrcAlgorithm, Digest};
use futures::TryStreamExt;
use object_store::ObjectStoreExt;

use crate::zone::put::{Planned, blocking, unreadable};
use crate::zone::store::Backend;

/// Reads both, and compares their CRC-64.
pub(super) async fn same(backend: &Backend, file: &Planned) -> Result<bool> {
    const DOING: &str = "compare the object with the file";
    let path = backend.path(&file.key)?;
    let found = backend
        .call(DOING, &file.key, || backend.objects.get(&path))
        .await?;
    let mut content = found.into_stream();
    let mut remote = Digest::new(CrcAlgorithm::Crc64Nvme);
    while let Some(piece) = content
        .try_next()
        .await
        .map_err(|error| backend.error(DOING, &file.key, &error))?
    {
        remote.update(&piece);
    }
    let file = file.clone();
    let local = blocking(move || {
        let mut open =
            std::fs::File::open(&file.path).map_err(|error| unreadable(&file.path, error))?;
        let mut digest = Digest::new(CrcAlgorithm::Crc64Nvme);
        let mut piece = vec![0; PIECE];
        loop {
            match open
                .read(&mut piece)
                .map_err(|error| unreadable(&file.path, error))?
            {
                0 => return Ok(digest.finalize()),
                read => digest.update(&piece[..read]),
            }
        }
    })
    .await?;
    Ok(local == remote.finalize())
}
