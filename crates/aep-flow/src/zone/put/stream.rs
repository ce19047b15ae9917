//! A stream of unknown length.

use std::sync::Arc;

use aep_core::transfer::{PIECE, Pool, Room};
use aep_core::{Error, ErrorKind, Result};
use object_store::PutPayload;
use object_store::multipart::PartId;
use object_store::path::Path;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::JoinSet;

use super::plan::part_of_stream;
use super::run::Job;
use super::{PutFile, PutOptions, PutReport, small};
use crate::zone::progress::Board;
use crate::zone::{LandingZone, names};

pub(super) async fn put(
    zone: &LandingZone,
    mut reader: Box<dyn AsyncRead + Send + Unpin>,
    key: &str,
    options: PutOptions,
    board: Board,
) -> Result<PutReport> {
    names::check(key)?;
    zone.guard().await?;
    let backend = zone.backend(options.checksum).await?;
    let job = Job::new(backend, options, board);
    job.board.set(|progress| progress.files_total = 1);
    let first = part_of_stream(0, job.options.part_size, job.backend.parts);
    let room = job.pool.reserve(first).await;
    let (payload, len) = fill(&mut reader, &job.pool, first).await?;
    let bytes = if len < first {
        small::one(&job, key, payload).await?;
        job.board.add(len);
        len
    } else {
        let path = job.backend.path(key)?;
        let upload = job
            .backend
            .call("begin to put the object", key, || {
                job.backend.multipart.create_multipart(&path)
            })
            .await?;
        let sent = parts(&job, &mut reader, key, &path, &upload, (payload, len, room)).await;
        match sent {
            Ok(bytes) => bytes,
            Err(error) => {
                // Nobody can go on with it: the store need not keep the parts.
                let _ = job.backend.multipart.abort_multipart(&path, &upload).await;
                return Err(error);
            }
        }
    };
    job.board.file();
    Ok(PutReport {
        files: vec![PutFile {
            key: key.to_owned(),
            bytes,
            bytes_sent: bytes,
            bytes_kept: 0,
        }],
        bytes,
        bytes_sent: bytes,
        notes: Vec::new(),
    })
}

async fn parts(
    job: &Job,
    reader: &mut (dyn AsyncRead + Send + Unpin),
    key: &str,
    path: &Path,
    upload: &str,
    first: (PutPayload, u64, Room),
) -> Result<u64> {
    let shared = Arc::new((key.to_owned(), path.clone(), upload.to_owned()));
    let mut tasks = JoinSet::new();
    let mut ids: Vec<Option<PartId>> = Vec::new();
    let (mut payload, mut len, mut room) = first;
    let mut total = 0;
    loop {
        let index = ids.len();
        ids.push(None);
        total += len;
        let slot = job.slot().await;
        let (job_of_part, shared) = (job.clone(), Arc::clone(&shared));
        let (sent, held) = (payload, room);
        tasks.spawn(async move {
            let _held = (held, slot);
            let (key, path, upload) = &*shared;
            let id = job_of_part
                .backend
                .call("send a part of the object", key, || {
                    job_of_part
                        .backend
                        .multipart
                        .put_part(path, upload, index, sent.clone())
                })
                .await?;
            job_of_part.board.add(len);
            Ok::<_, Error>((index, id))
        });
        while let Some(done) = tasks.try_join_next() {
            record(&mut ids, done)?;
        }
        let size = part_of_stream(ids.len() as u64, job.options.part_size, job.backend.parts);
        room = job.pool.reserve(size).await;
        (payload, len) = fill(reader, &job.pool, size).await?;
        if len == 0 {
            break;
        }
    }
    while let Some(done) = tasks.join_next().await {
        record(&mut ids, done)?;
    }
    let ids: Vec<PartId> = ids.into_iter().flatten().collect();
    let upload = upload.to_owned();
    job.backend
        .call("put the parts together", key, || {
            job.backend
                .multipart
                .complete_multipart(path, &upload, ids.clone())
        })
        .await?;
    Ok(total)
}

fn record(
    ids: &mut [Option<PartId>],
    done: Result<Result<(usize, PartId)>, tokio::task::JoinError>,
) -> Result<()> {
    let (index, id) = done.map_err(|stopped| {
        Error::new(ErrorKind::Other, "send a part of the object").because(stopped)
    })??;
    if let Some(place) = ids.get_mut(index) {
        *place = Some(id);
    }
    Ok(())
}

/// Reads so many bytes, or fewer if the stream ends.
async fn fill(
    reader: &mut (dyn AsyncRead + Send + Unpin),
    pool: &Arc<Pool>,
    size: u64,
) -> Result<(PutPayload, u64)> {
    let mut pieces = Vec::new();
    let mut total = 0;
    while total < size {
        let mut piece = pool.take();
        let wanted = usize::try_from(size - total).unwrap_or(PIECE).min(PIECE);
        let space = piece.space(wanted);
        let mut done = 0;
        while done < wanted {
            let read = reader
                .read(&mut space[done..])
                .await
                .map_err(|error| Error::new(ErrorKind::Io, "read the stream").because(error))?;
            if read == 0 {
                break;
            }
            done += read;
        }
        piece.truncate(done);
        total += done as u64;
        if done > 0 {
            pieces.push(piece.into_bytes());
        }
        if done < wanted {
            break;
        }
    }
    Ok((pieces.into_iter().collect(), total))
}
