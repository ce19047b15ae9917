//! A file in one request.

use std::sync::Arc;

use aep_core::Result;
use object_store::{ObjectStoreExt, PutPayload};

use super::PutFile;
use super::file::{Planned, blocking};
use super::run::Job;

/// Reads the file and sends it whole.
pub(super) async fn put(job: &Job, file: Planned) -> Result<PutFile> {
    let _room = job.pool.reserve(file.identity.size).await;
    let _slot = job.slot().await;
    let pool = Arc::clone(&job.pool);
    let (file, payload) = blocking(move || {
        let open = file.open()?;
        let payload = file.read(&open, &pool, 0, file.identity.size)?;
        Ok((file, payload))
    })
    .await?;
    one(job, &file.key, payload).await?;
    if let Some(journal) = &job.journal {
        journal.done(&file.key, file.identity)?;
    }
    job.board.add(file.identity.size);
    job.board.file();
    Ok(PutFile {
        key: file.key,
        bytes: file.identity.size,
        bytes_sent: file.identity.size,
        bytes_kept: 0,
    })
}

/// One object in one request.
pub(super) async fn one(job: &Job, key: &str, payload: PutPayload) -> Result<()> {
    let path = job.backend.path(key)?;
    job.backend
        .call("put the object", key, || {
            job.backend.objects.put(&path, payload.clone())
        })
        .await?;
    Ok(())
}
