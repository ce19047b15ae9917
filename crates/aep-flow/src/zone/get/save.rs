//! An object into a file, several ranges at once.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use bytes::Bytes;
use futures::TryStreamExt;
use object_store::GetRange;
use tokio::task::JoinSet;

use super::GetOptions;
use super::write::whole;
use crate::zone::ZoneObject;
use crate::zone::progress::Board;
use crate::zone::put::blocking;
use crate::zone::store::Backend;

/// Bytes that are written at once: handing a write to another thread costs more than a small one does.
const WRITE: usize = 512 * 1024;

pub(super) fn refuse_existing(path: &Path, options: &GetOptions) -> Result<()> {
    if options.overwrite || std::fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Conflict, "write the file")
        .with("file", path.display())
        .because("it is there already")
        .hint("choose another name, or have it replaced: --overwrite"))
}

/// Writes beside the file's name, renames when all bytes are there.
pub(crate) async fn save(
    backend: &Backend,
    object: &ZoneObject,
    path: &Path,
    options: &GetOptions,
    board: &Board,
) -> Result<u64> {
    refuse_existing(path, options)?;
    let target = path.to_owned();
    let size = object.size;
    let temporary = blocking(move || temporary(&target, size)).await?;
    let file = Arc::new(
        temporary
            .reopen()
            .map_err(|error| unwritable(path, error))?,
    );
    ranges(backend, object, path, &file, options, board).await?;
    let target = path.to_owned();
    let overwrite = options.overwrite;
    blocking(move || {
        drop(file);
        let kept = if overwrite {
            temporary.persist(&target)
        } else {
            temporary.persist_noclobber(&target)
        };
        kept.map(|_| ())
            .map_err(|error| unwritable(&target, error.error))
    })
    .await?;
    Ok(size)
}

fn temporary(target: &Path, size: u64) -> Result<tempfile::NamedTempFile> {
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let made = (|| {
        std::fs::create_dir_all(directory)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".aep-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // less what the user's mask takes away, as for any new file
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(directory)?;
        file.as_file().set_len(size)?;
        Ok(file)
    })();
    made.map_err(|error| unwritable(target, error))
}

async fn ranges(
    backend: &Backend,
    object: &ZoneObject,
    path: &Path,
    file: &Arc<File>,
    options: &GetOptions,
    board: &Board,
) -> Result<()> {
    let range = options.range.max(1);
    let mut tasks = JoinSet::new();
    let mut at = 0;
    while at < object.size {
        if tasks.len() >= options.concurrency.max(1)
            && let Some(done) = tasks.join_next().await
        {
            settled(done)?;
        }
        let end = at.saturating_add(range).min(object.size);
        let (backend, object, board) = (backend.clone(), object.clone(), board.clone());
        let (file, path) = (Arc::clone(file), path.to_owned());
        tasks.spawn(async move { one(&backend, &object, &path, &file, at..end, &board).await });
        at = end;
    }
    while let Some(done) = tasks.join_next().await {
        settled(done)?;
    }
    Ok(())
}

fn settled(done: Result<Result<()>, tokio::task::JoinError>) -> Result<()> {
    done.map_err(|stopped| Error::new(ErrorKind::Other, "get the object").because(stopped))?
}

async fn one(
    backend: &Backend,
    object: &ZoneObject,
    path: &Path,
    file: &Arc<File>,
    range: std::ops::Range<u64>,
    board: &Board,
) -> Result<()> {
    const DOING: &str = "get a range of the object";
    let location = backend.path(&object.key)?;
    let whole_object = range.start == 0 && range.end == object.size;
    let found = backend
        .call(DOING, &object.key, || {
            backend.objects.get_opts(
                &location,
                object_store::GetOptions {
                    range: (!whole_object).then(|| GetRange::Bounded(range.clone())),
                    // The object may be replaced meanwhile: two halves of two objects would make a third.
                    if_match: object.etag.clone(),
                    ..object_store::GetOptions::default()
                },
            )
        })
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::Conflict => error.hint("the object was replaced meanwhile: get it again"),
            _ => error,
        })?;
    let mut content = found.into_stream();
    let mut at = range.start;
    let mut held: Vec<Bytes> = Vec::new();
    let mut length = 0;
    loop {
        let piece = content
            .try_next()
            .await
            .map_err(|error| backend.error(DOING, &object.key, &error))?;
        let ended = piece.is_none();
        if let Some(piece) = piece {
            length += piece.len();
            held.push(piece);
        }
        if length >= WRITE || (ended && length > 0) {
            let pieces = std::mem::take(&mut held);
            let (file, path) = (Arc::clone(file), path.to_owned());
            blocking(move || put(&file, &pieces, at).map_err(|error| unwritable(&path, error)))
                .await?;
            at += length as u64;
            board.add(length as u64);
            length = 0;
        }
        if ended {
            return whole(&object.key, at - range.start, range.end - range.start);
        }
    }
}

#[cfg(unix)]
fn put(file: &File, pieces: &[Bytes], mut at: u64) -> io::Result<()> {
    for piece in pieces {
        std::os::unix::fs::FileExt::write_all_at(file, piece, at)?;
        at += piece.len() as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn put(file: &File, pieces: &[Bytes], mut at: u64) -> io::Result<()> {
    for piece in pieces {
        let mut left = &piece[..];
        while !left.is_empty() {
            let written = std::os::windows::fs::FileExt::seek_write(file, left, at)?;
            left = &left[written..];
            at += written as u64;
        }
    }
    Ok(())
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, "write the file")
        .with("file", path.display())
        .because(error)
}
