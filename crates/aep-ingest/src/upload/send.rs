//! The files of one batch on their way: bounded in bytes and in requests, memory reserved before it is used.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aep_core::{BatchId, Client, DatasetId, Error, ErrorKind, Result};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::budget::{Budget, Held};
use super::progress::Board;
use super::transfer::{self, Form};
use crate::plan::{Limits, Part, Parts, PlannedBatch, PlannedFile};
use crate::source::{Pool, Source};
use crate::wire::import::{self, Target};

/// What all batches of an upload share.
pub(super) struct Sender {
    pub(super) client: Client,
    pub(super) dataset: DatasetId,
    pub(super) limits: Limits,
    pub(super) budget: Budget,
    pub(super) pool: Arc<Pool>,
    pub(super) form: Arc<Form>,
    pub(super) board: Board,
    pub(super) cancel: CancellationToken,
}

/// One file on its way.
struct Job {
    client: Client,
    batch: BatchId,
    name: Box<str>,
    dataset: DatasetId,
    source: Source,
    pool: Arc<Pool>,
    form: Arc<Form>,
    board: Board,
    /// Parts that are not on the server yet.
    open: AtomicU64,
}

impl Job {
    fn target(&self) -> Target<'_> {
        Target {
            batch: &self.batch,
            dataset: &self.dataset,
            name: &self.name,
        }
    }

    async fn whole(&self, part: Part) -> Result<u64> {
        let body = self.source.body(part, &self.pool, self.board.meter());
        tolerate_dry_run(import::put(&self.client, self.target(), body).await)?;
        Ok(self.done())
    }

    /// Sends a part; the last one closes the file.
    async fn part(&self, part: Part) -> Result<u64> {
        let meter = self.board.meter();
        let sent = transfer::part(
            &self.client,
            self.target(),
            &self.source,
            part,
            &self.form,
            &self.pool,
            meter,
        )
        .await;
        tolerate_dry_run(sent)?;
        if self.open.fetch_sub(1, Ordering::AcqRel) > 1 {
            return Ok(0);
        }
        tolerate_dry_run(transfer::close(&self.client, self.target()).await)?;
        Ok(self.done())
    }

    fn done(&self) -> u64 {
        self.board.set(|progress| progress.files_sent += 1);
        self.source.len()
    }
}

/// What of a batch is on the server.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sent {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

impl Sent {
    /// Records the end of a request: the size of the file that became whole with it, if any.
    fn record(&mut self, done: Result<Result<u64>, tokio::task::JoinError>) -> Result<()> {
        let bytes = done
            .map_err(|stopped| Error::new(ErrorKind::Other, "upload a file").because(stopped))??;
        if bytes > 0 {
            self.files += 1;
            self.bytes += bytes;
        }
        Ok(())
    }
}

impl Sender {
    /// Sends all files of a batch. At the first failure, or when it is cancelled, what is in flight is dropped.
    pub(super) async fn batch(
        &self,
        batch: &BatchId,
        planned: &PlannedBatch,
        sent: &mut Sent,
    ) -> Result<()> {
        let mut tasks = JoinSet::new();
        let result = self.fill(batch, planned, &mut tasks, sent).await;
        tasks.shutdown().await;
        result
    }

    async fn fill(
        &self,
        batch: &BatchId,
        planned: &PlannedBatch,
        tasks: &mut JoinSet<Result<u64>>,
        sent: &mut Sent,
    ) -> Result<()> {
        for file in &planned.files {
            let parts = file.parts(&self.limits);
            let job = Arc::new(self.job(batch, file, parts.count()));
            match parts {
                Parts::Whole(part) => {
                    let held = self.reserve(part.len).await?;
                    let job = Arc::clone(&job);
                    tasks.spawn(hold(held, async move { job.whole(part).await }).in_current_span());
                }
                Parts::Chunks { .. } => {
                    self.or_cancelled(async {
                        tolerate_dry_run(import::open(&self.client, job.target()).await)
                    })
                    .await?;
                    for part in parts.iter() {
                        let held = self.reserve(part.len).await?;
                        if self.form.is_known() {
                            let job = Arc::clone(&job);
                            tasks.spawn(
                                hold(held, async move { job.part(part).await }).in_current_span(),
                            );
                        } else {
                            // the first part of all finds out how the server wants its ranges
                            let done = self.or_cancelled(hold(held, job.part(part))).await;
                            sent.record(Ok(done))?;
                        }
                        self.collect(tasks, sent)?;
                    }
                }
            }
            self.collect(tasks, sent)?;
        }
        loop {
            let done = tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(cancelled()),
                done = tasks.join_next() => done,
            };
            let Some(done) = done else { return Ok(()) };
            sent.record(done)?;
        }
    }

    fn collect(&self, tasks: &mut JoinSet<Result<u64>>, sent: &mut Sent) -> Result<()> {
        while let Some(done) = tasks.try_join_next() {
            sent.record(done)?;
        }
        if self.cancel.is_cancelled() {
            Err(cancelled())
        } else {
            Ok(())
        }
    }

    fn job(&self, batch: &BatchId, file: &PlannedFile, parts: u64) -> Job {
        Job {
            client: self.client.clone(),
            batch: batch.clone(),
            name: file.name.clone(),
            dataset: self.dataset.clone(),
            source: file.content.clone().into(),
            pool: Arc::clone(&self.pool),
            form: Arc::clone(&self.form),
            board: self.board.clone(),
            open: AtomicU64::new(parts),
        }
    }

    async fn reserve(&self, bytes: u64) -> Result<Held> {
        self.or_cancelled(async { Ok(self.budget.reserve(Source::window(bytes)).await) })
            .await
    }

    async fn or_cancelled<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(cancelled()),
            done = work => done,
        }
    }
}

async fn hold<T>(held: Held, work: impl Future<Output = T>) -> T {
    let done = work.await;
    drop(held);
    done
}

pub(super) fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "finish the upload").because("it was cancelled")
}

/// Whether the request was written down instead of sent.
pub(super) fn is_dry_run(error: &Error) -> bool {
    error.kind() == ErrorKind::Cancelled && error.context().iter().any(|(key, _)| *key == "dry_run")
}

/// In a dry run every request is refused, and the next one is to be written down as well.
pub(super) fn tolerate_dry_run(answer: Result<()>) -> Result<()> {
    match answer {
        Err(error) if is_dry_run(&error) => Ok(()),
        answer => answer,
    }
}
