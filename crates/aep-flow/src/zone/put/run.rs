//! A put from its plan to its report.

use std::path::PathBuf;
use std::sync::Arc;

use aep_core::transfer::Pool;
use aep_core::{Error, ErrorKind, Result};
use futures::TryStreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::file::{Planned, blocking};
use super::journal::{Earlier, Journal, Subject};
use super::plan::{part_size, plan};
use super::{PutFile, PutOptions, PutReport, large, small};
use crate::zone::progress::Board;
use crate::zone::store::Backend;
use crate::zone::{LandingZone, list};

/// What all requests of a put share.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(super) backend: Backend,
    pub(super) options: Arc<PutOptions>,
    pub(super) pool: Arc<Pool>,
    slots: Arc<Semaphore>,
    pub(super) journal: Option<Arc<Journal>>,
    pub(super) board: Board,
}

impl Job {
    pub(super) fn new(backend: Backend, options: PutOptions, board: Board) -> Self {
        Self {
            backend,
            pool: Pool::new(options.memory),
            slots: Arc::new(Semaphore::new(options.concurrency.clamp(1, 1_000))),
            options: Arc::new(options),
            journal: None,
            board,
        }
    }

    /// The right to send one request more.
    pub(super) async fn slot(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        Arc::clone(&self.slots).acquire_owned().await.ok()
    }
}

pub(super) async fn put(
    zone: &LandingZone,
    source: PathBuf,
    target: String,
    options: PutOptions,
    board: Board,
) -> Result<PutReport> {
    let (source, target, files) = blocking(move || {
        let files = plan(&source, &target)?;
        let source = std::path::absolute(&source).unwrap_or(source);
        Ok((source, target, files))
    })
    .await?;
    zone.guard().await?;
    let backend = zone.backend(options.checksum).await?;
    send(backend, &source, &target, files, options, board).await
}

/// Sends the files of a plan.
pub(crate) async fn send(
    backend: Backend,
    source: &std::path::Path,
    target: &str,
    files: Vec<Planned>,
    options: PutOptions,
    board: Board,
) -> Result<PutReport> {
    board.expect(
        files.len() as u64,
        files.iter().map(|file| file.identity.size).sum(),
    );
    let whole = |file: &Planned| {
        file.identity.size <= part_size(file.identity.size, options.part_size, backend.parts)
    };
    let journaled = files.len() > 1 || files.iter().any(|file| !whole(file));
    let state = options.state_dir.clone().filter(|_| journaled);
    let mut job = Job::new(backend.clone(), options.clone(), board.clone());
    let mut earlier = Earlier::default();
    if let Some(state) = state {
        let subject = Subject {
            source: source.to_string_lossy().into_owned(),
            endpoint: backend.endpoint.clone(),
            container: backend.place.container().to_owned(),
            target: format!("{}/{target}", backend.place.folder()),
        };
        let (journal, found) = blocking(move || Journal::open(&state, &subject)).await?;
        job.journal = Some(Arc::new(journal));
        earlier = found;
    }
    if let Some(why) = &earlier.refused {
        board.note(format!("an interrupted put is not continued: {why}"));
    } else if !(earlier.open.is_empty() && earlier.done.is_empty()) {
        board.note("an interrupted put is continued");
    }
    let present = present(&job, target, &earlier).await?;
    let outcome = work(&job, files, earlier, &present, whole).await;
    finish(job, outcome).await
}

/// Of the files that an earlier try has finished, those that are still there.
async fn present(
    job: &Job,
    target: &str,
    earlier: &Earlier,
) -> Result<std::collections::HashSet<String>> {
    if earlier.done.is_empty() {
        return Ok(std::collections::HashSet::new());
    }
    list::list(&job.backend, target)?
        .try_filter_map(|object| {
            let same = earlier
                .done
                .get(&object.key)
                .is_some_and(|identity| identity.size == object.size);
            futures::future::ready(Ok(same.then_some(object.key)))
        })
        .try_collect()
        .await
}

async fn work(
    job: &Job,
    files: Vec<Planned>,
    mut earlier: Earlier,
    present: &std::collections::HashSet<String>,
    whole: impl Fn(&Planned) -> bool,
) -> Result<Vec<PutFile>> {
    let mut tasks = JoinSet::new();
    let mut done = Vec::new();
    for file in files {
        if earlier.done.get(&file.key) == Some(&file.identity) && present.contains(&file.key) {
            job.board.keep(file.identity.size);
            job.board.file();
            done.push(PutFile {
                key: file.key,
                bytes: file.identity.size,
                bytes_sent: 0,
                bytes_kept: file.identity.size,
            });
            continue;
        }
        if whole(&file) {
            // No more tasks than can have something to do: a million files are not a million tasks.
            while tasks.len() >= 2 * job.options.concurrency.max(1) {
                take(&mut done, tasks.join_next().await)?;
            }
            let job = job.clone();
            tasks.spawn(async move { small::put(&job, file).await });
        } else {
            let open = earlier.open.remove(&file.key);
            match large::put(job, file, open).await {
                Ok(file) => done.push(file),
                Err(error) if is_dry(&error) => {}
                Err(error) => return Err(error),
            }
        }
        while let Some(next) = tasks.try_join_next() {
            take(&mut done, Some(next))?;
        }
    }
    while let Some(next) = tasks.join_next().await {
        take(&mut done, Some(next))?;
    }
    Ok(done)
}

fn take(
    done: &mut Vec<PutFile>,
    next: Option<Result<Result<PutFile>, tokio::task::JoinError>>,
) -> Result<()> {
    match next {
        None => Ok(()),
        Some(Ok(Ok(file))) => {
            done.push(file);
            Ok(())
        }
        // A dry run goes on, to show all requests.
        Some(Ok(Err(error))) if is_dry(&error) => Ok(()),
        Some(Ok(Err(error))) => Err(error),
        Some(Err(stopped)) => Err(Error::new(ErrorKind::Other, "put the object").because(stopped)),
    }
}

pub(crate) fn is_dry(error: &Error) -> bool {
    error.kind() == ErrorKind::Cancelled && error.context().iter().any(|(key, _)| *key == "dry_run")
}

async fn finish(job: Job, outcome: Result<Vec<PutFile>>) -> Result<PutReport> {
    let Job { journal, board, .. } = job;
    let files = match outcome {
        Ok(files) => files,
        Err(error) => {
            let resumable = journal.is_some() && error.hint_text().is_none();
            return Err(if resumable {
                error.hint("run the same put again: it goes on where this one stopped")
            } else {
                error
            });
        }
    };
    if let Some(journal) = journal {
        blocking(move || journal.finish()).await?;
    }
    let mut notes = Vec::new();
    board.set(|progress| notes.clone_from(&progress.notes));
    Ok(PutReport {
        bytes: files.iter().map(|file| file.bytes).sum(),
        bytes_sent: files.iter().map(|file| file.bytes_sent).sum(),
        files,
        notes,
    })
}
