//! A file in parts.

use std::collections::BTreeMap;
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use object_store::ObjectStoreExt;
use object_store::multipart::PartId;
use object_store::path::Path;
use tokio::task::JoinSet;

use super::PutFile;
use super::file::{Planned, blocking};
use super::journal::Open;
use super::plan::part_size;
use super::run::Job;
use crate::zone::store::code;

/// Sends the parts that the store has not taken yet, and puts them together.
pub(super) async fn put(job: &Job, file: Planned, earlier: Option<Open>) -> Result<PutFile> {
    let path = job.backend.path(&file.key)?;
    let mut open = match earlier {
        Some(open) if open.identity == file.identity => open,
        Some(open) => {
            job.board.note(format!(
                "{} has changed since it was put last: it is sent anew",
                file.path.display()
            ));
            give_up(job, &path, &open).await;
            begin(job, &path, &file).await?
        }
        None => begin(job, &path, &file).await?,
    };
    match attempt(job, &path, &file, &open).await {
        // What an earlier try had sent is no longer there. It is tried anew, once.
        Err(error) if !open.parts.is_empty() && is_gone(&error) => {
            job.board.note(format!(
                "the store no longer has the parts of `{}` that were sent earlier: it is sent anew",
                file.key
            ));
            if let Some(journal) = &job.journal {
                journal.drop_file(&file.key)?;
            }
            let kept = kept(&file, &open);
            job.board.set(|progress| {
                progress.bytes_done = progress.bytes_done.saturating_sub(kept);
                progress.bytes_kept = progress.bytes_kept.saturating_sub(kept);
            });
            open = begin(job, &path, &file).await?;
            attempt(job, &path, &file, &open).await?;
        }
        done => done?,
    }
    if let Some(journal) = &job.journal {
        journal.done(&file.key, file.identity)?;
    }
    job.board.file();
    let kept = kept(&file, &open);
    Ok(PutFile {
        key: file.key,
        bytes: file.identity.size,
        bytes_sent: file.identity.size - kept,
        bytes_kept: kept,
    })
}

async fn begin(job: &Job, path: &Path, file: &Planned) -> Result<Open> {
    let part = part_size(file.identity.size, job.options.part_size, job.backend.parts);
    let before = mark(job, path, &file.key).await?.map(|(mark, _)| mark);
    let upload = job
        .backend
        .call("begin to put the object", &file.key, || {
            job.backend.multipart.create_multipart(path)
        })
        .await?;
    let number = match &job.journal {
        Some(journal) => journal.begin(&file.key, file.identity, &upload, part, before.clone())?,
        None => 0,
    };
    Ok(Open {
        number,
        identity: file.identity,
        upload,
        part,
        before,
        parts: BTreeMap::new(),
    })
}

/// The mark and the size of what is under the key, if anything is.
async fn mark(job: &Job, path: &Path, key: &str) -> Result<Option<(String, u64)>> {
    let found = job
        .backend
        .call("look at the object", key, || job.backend.objects.head(path))
        .await;
    match found {
        Ok(meta) => Ok(Some((meta.e_tag.unwrap_or_default(), meta.size))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn attempt(job: &Job, path: &Path, file: &Planned, open: &Open) -> Result<()> {
    let parts = send(job, path, file, open).await?;
    let completed = job
        .backend
        .call("put the parts together", &file.key, || {
            let parts = parts.clone();
            job.backend
                .multipart
                .complete_multipart(path, &open.upload, parts)
        })
        .await;
    let Err(error) = completed else {
        return Ok(());
    };
    // The answer may have been lost, now or in an earlier try: look before it is called a failure.
    let unsure = error.kind() == ErrorKind::Unavailable || is_gone(&error);
    if unsure
        && let Ok(Some((mark, size))) = self::mark(job, path, &file.key).await
        && size == file.identity.size
        && Some(&mark) != open.before.as_ref()
    {
        tracing::debug!(key = file.key, "the parts had been put together already");
        return Ok(());
    }
    Err(error)
}

/// Sends what is missing, and answers all parts in their order.
async fn send(job: &Job, path: &Path, file: &Planned, open: &Open) -> Result<Vec<PartId>> {
    let size = file.identity.size;
    let count = size.div_ceil(open.part);
    let mut ids: Vec<Option<String>> = (0..count)
        .map(|index| open.parts.get(&index).cloned())
        .collect();
    job.board.keep(kept(file, open));
    let source = blocking({
        let file = file.clone();
        move || file.open()
    })
    .await?;
    let shared = Arc::new((file.clone(), path.clone(), open.upload.clone()));
    let mut tasks = JoinSet::new();
    let missing: Vec<u64> = (0..count)
        .zip(&ids)
        .filter_map(|(index, id)| id.is_none().then_some(index))
        .collect();
    for index in missing {
        let at = index * open.part;
        let len = open.part.min(size - at);
        let room = job.pool.reserve(len).await;
        let slot = job.slot().await;
        let (job, source, shared) = (job.clone(), Arc::clone(&source), Arc::clone(&shared));
        let number = open.number;
        tasks.spawn(async move {
            let _held = (room, slot);
            let pool = Arc::clone(&job.pool);
            let reading = Arc::clone(&shared);
            let payload = blocking(move || reading.0.read(&source, &pool, at, len)).await?;
            let (file, path, upload) = &*shared;
            let part = usize::try_from(index).unwrap_or(usize::MAX);
            let id = job
                .backend
                .call("send a part of the object", &file.key, || {
                    job.backend
                        .multipart
                        .put_part(path, upload, part, payload.clone())
                })
                .await?
                .content_id;
            if let Some(journal) = &job.journal {
                journal.part(number, index, &id)?;
            }
            job.board.add(len);
            Ok((part, id))
        });
        while let Some(done) = tasks.try_join_next() {
            record(&mut ids, done)?;
        }
    }
    while let Some(done) = tasks.join_next().await {
        record(&mut ids, done)?;
    }
    Ok(ids
        .into_iter()
        .flatten()
        .map(|content_id| PartId { content_id })
        .collect())
}

fn record(
    ids: &mut [Option<String>],
    done: Result<Result<(usize, String)>, tokio::task::JoinError>,
) -> Result<()> {
    let (index, id) = done.map_err(|stopped| {
        Error::new(ErrorKind::Other, "send a part of the object").because(stopped)
    })??;
    if let Some(place) = ids.get_mut(index) {
        *place = Some(id);
    }
    Ok(())
}

/// Bytes of the parts that an earlier try has sent.
fn kept(file: &Planned, open: &Open) -> u64 {
    let size = file.identity.size;
    open.parts
        .keys()
        .map(|index| open.part.min(size.saturating_sub(index * open.part)))
        .sum()
}

/// Whether the store has forgotten the upload or parts of it.
fn is_gone(error: &Error) -> bool {
    matches!(
        code(error),
        Some("NoSuchUpload" | "InvalidBlockList" | "InvalidPart" | "InvalidBlobOrBlock")
    )
}

/// Tells the store that the parts are not needed any more. It forgets them by itself if this fails.
async fn give_up(job: &Job, path: &Path, open: &Open) {
    if let Err(error) = job
        .backend
        .multipart
        .abort_multipart(path, &open.upload)
        .await
    {
        tracing::debug!(%error, "the store could not be told to forget the parts");
    }
}
