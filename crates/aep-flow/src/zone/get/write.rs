//! An object into a stream, in order.

use aep_core::{Error, ErrorKind, Result};
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use object_store::{GetResult, ObjectStoreExt};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::zone::progress::Board;
use crate::zone::store::Backend;

const DOING: &str = "get the object";

pub(super) async fn write(
    backend: &Backend,
    key: &str,
    mut writer: Box<dyn AsyncWrite + Send + Unpin>,
    board: &Board,
) -> Result<u64> {
    let found = open(backend, key).await?;
    board.expect(1, found.meta.size);
    let size = found.meta.size;
    let mut content = found.into_stream();
    let mut total = 0;
    while let Some(piece) = content
        .try_next()
        .await
        .map_err(|error| backend.error(DOING, key, &error))?
    {
        writer.write_all(&piece).await.map_err(unwritable)?;
        total += piece.len() as u64;
        board.add(piece.len() as u64);
    }
    writer.flush().await.map_err(unwritable)?;
    whole(key, total, size)?;
    board.file();
    Ok(total)
}

pub(crate) async fn read(backend: &Backend, key: &str, limit: u64) -> Result<Bytes> {
    let found = open(backend, key).await?;
    let size = found.meta.size;
    if size > limit {
        return Err(Error::new(ErrorKind::Limit, "read the object")
            .with("key", key)
            .because(format!("it has {size} bytes, {limit} are taken")));
    }
    let mut content = found.into_stream();
    let mut all = BytesMut::new();
    while let Some(piece) = content
        .try_next()
        .await
        .map_err(|error| backend.error(DOING, key, &error))?
    {
        all.extend_from_slice(&piece);
    }
    whole(key, all.len() as u64, size)?;
    Ok(all.freeze())
}

async fn open(backend: &Backend, key: &str) -> Result<GetResult> {
    let path = backend.path(key)?;
    backend
        .call(DOING, key, || backend.objects.get(&path))
        .await
}

/// A content that ends early without an error would be half a file.
pub(super) fn whole(key: &str, found: u64, size: u64) -> Result<()> {
    if found == size {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Protocol, DOING)
        .with("key", key)
        .because(format!("{found} of {size} bytes came")))
}

fn unwritable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "write the object").because(error)
}
