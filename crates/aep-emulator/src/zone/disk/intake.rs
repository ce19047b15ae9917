//! Bytes on their way in: straight to disk, summed up as they pass.

use std::io::{self, Write};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc64Nvme, Md5};
use s3s::dto::Checksum;

use crate::state::{Files, Pending, StateError};
use crate::zone::error::blocking;

/// How much is gathered before it is written.
const BLOCK: usize = 1024 * 1024;

/// The sums made of the bytes. MD5, which ETags are, and CRC64 always; others when asked for.
pub(crate) struct Sums {
    md5: Md5,
    /// The others.
    pub(crate) more: ChecksumHasher,
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            md5: Md5::new(),
            more: ChecksumHasher {
                crc64nvme: Some(Crc64Nvme::new()),
                ..ChecksumHasher::default()
            },
        }
    }
}

impl Sums {
    fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.more.update(bytes);
    }
}

/// Bytes that were received whole but have no name yet: dropped, they are gone.
pub(crate) struct Unsealed {
    pub(crate) pending: Pending,
    pub(crate) size: u64,
    pub(crate) md5: [u8; 16],
    pub(crate) sums: Checksum,
}

/// Why bytes could not be taken.
#[derive(Debug)]
pub(crate) enum IntakeError<E> {
    /// The sender failed.
    Body(E),
    /// The disk did.
    State(StateError),
}

impl<E> From<StateError> for IntakeError<E> {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

struct Writing {
    pending: Pending,
    sums: Sums,
}

/// Writes everything into a new blob, in blocks of a megabyte.
pub(crate) async fn receive<S, E>(
    files: &Files,
    stream: S,
    sums: Sums,
) -> Result<Unsealed, IntakeError<E>>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let mut stream = std::pin::pin!(stream);
    let files = files.clone();
    let begun = blocking(move || Ok::<_, StateError>(files.begin()?));
    let mut writing = Writing {
        pending: begun.await?,
        sums,
    };
    let (mut block, mut size) = (Vec::new(), 0_u64);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(IntakeError::Body)?;
        size += chunk.len() as u64;
        block.extend_from_slice(&chunk);
        if block.len() >= BLOCK {
            let full = std::mem::replace(&mut block, Vec::with_capacity(BLOCK + chunk.len()));
            writing = write(writing, full).await?;
        }
    }
    let writing = write(writing, block).await?;
    Ok(Unsealed {
        pending: writing.pending,
        size,
        md5: writing.sums.md5.finalize(),
        sums: writing.sums.more.finalize(),
    })
}

async fn write(mut writing: Writing, block: Vec<u8>) -> Result<Writing, StateError> {
    blocking(move || {
        writing.pending.file()?.write_all(&block)?;
        writing.sums.update(&block);
        Ok(writing)
    })
    .await
}

/// Reads a local file in blocks.
pub(super) fn blocks(file: tokio::fs::File) -> impl Stream<Item = io::Result<Bytes>> {
    tokio_util::io::ReaderStream::with_capacity(file, BLOCK)
}
