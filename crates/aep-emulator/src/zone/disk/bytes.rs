//! Bytes on their way out.

use std::io::SeekFrom;
use std::ops::Range;
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use futures::Stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{Bucket, Disk, Object};
use crate::state::Tx;
use crate::zone::ZoneError;
use crate::zone::error::blocking;

/// How much is read at a time.
const BLOCK: usize = 256 * 1024;

/// So many pieces are opened at once, so that an object that is replaced meanwhile is still read to its end.
const OPEN: usize = 64;

struct Run {
    path: PathBuf,
    file: Option<File>,
    from: u64,
    left: u64,
}

impl Disk {
    /// A range of an object's bytes.
    pub(crate) async fn bytes(
        &self,
        object: &Object,
        range: Range<u64>,
    ) -> Result<impl Stream<Item = std::io::Result<Bytes>> + Send + use<>, ZoneError> {
        let mut runs = Vec::new();
        let mut at = 0;
        for piece in &object.pieces {
            let end = at + piece.size;
            let (from, to) = (range.start.max(at), range.end.min(end));
            if from < to {
                let path = self.files().path(&piece.blob);
                let file = if runs.len() < OPEN {
                    Some(File::open(&path).await?)
                } else {
                    None
                };
                runs.push(Run {
                    path,
                    file,
                    from: from - at,
                    left: to - from,
                });
            }
            at = end;
        }
        let state = (runs.into_iter(), None::<(File, u64)>);
        Ok(futures::stream::try_unfold(
            state,
            |(mut runs, mut open)| async move {
                let (mut file, left) = match open.take() {
                    Some(open) => open,
                    None => match runs.next() {
                        Some(run) => start(run).await?,
                        None => return Ok(None),
                    },
                };
                let size = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
                let mut block = BytesMut::zeroed(size);
                file.read_exact(&mut block).await?;
                let left = left - size as u64;
                let open = (left > 0).then_some((file, left));
                Ok(Some((block.freeze(), (runs, open))))
            },
        ))
    }

    /// Stores an object whose bytes are those of another one.
    pub(crate) async fn duplicate(
        &self,
        bucket: &str,
        key: &str,
        object: Object,
    ) -> Result<Object, ZoneError> {
        let (disk, bucket, key) = (self.clone(), bucket.to_owned(), key.to_owned());
        blocking(move || {
            let mut object = object;
            let mut made = Vec::new();
            for piece in &mut object.pieces {
                piece.blob = disk.files().link(&piece.blob)?;
                made.push(piece.blob.clone());
            }
            let stored = disk.store.write_blocking(|tx: &Tx<'_>| {
                let bucket = Bucket::find(tx, &bucket)?.ok_or(ZoneError::NoBucket(bucket))?;
                Ok::<_, ZoneError>(object.put(tx, &bucket.name, &key)?)
            });
            let unneeded = stored.as_ref().map_or(made, Clone::clone);
            disk.discard(&unneeded);
            stored.map(|_| object)
        })
        .await
    }
}

async fn start(run: Run) -> std::io::Result<(File, u64)> {
    let mut file = match run.file {
        Some(file) => file,
        None => File::open(run.path).await?,
    };
    file.seek(SeekFrom::Start(run.from)).await?;
    Ok((file, run.left))
}
