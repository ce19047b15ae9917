//! The files of all batches on their way: bounded in bytes and in requests, memory reserved before it is used. The files
//! of a batch need not be there before those of the next one go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aep_core::transport::holding;
use aep_core::{BatchId, Client, DatasetId, Error, ErrorKind, Result};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::batches::number;
use super::budget::{Budget, Held};
use super::progress::Board;
use super::record::Record;
use super::transfer::{self, Form};
use crate::jobs::{Hash, Tap, of_part};
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
    /// Whether an earlier process of the run was at work.
    pub(super) again: bool,
    /// Where it is written down what the server has.
    pub(super) record: Option<Arc<Record>>,
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
    /// The number of the file in the run.
    number: u32,
    parts: Parts,
    record: Option<Arc<Record>>,
    /// Parts that are not on the server yet.
    open: AtomicU64,
    /// Whether the server may have some of it from an earlier process.
    resumed: bool,
    /// Whether an earlier process of the run was at work: its last requests may arrive late.
    again: bool,
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
        let meter = self.board.meter(&self.batch, &self.name);
        let body = self.source.body(part, &self.pool, meter);
        let Some(record) = &self.record else {
            tolerate_dry_run(import::put(&self.client, self.target(), body).await)?;
            return Ok(self.done());
        };
        let (body, tap) = Tap::on(body);
        tolerate_dry_run(import::put(&self.client, self.target(), body).await)?;
        record.sent(self.number, self.hash(&tap, part).await?)?;
        Ok(self.done())
    }

    /// Sends a part; the last one closes the file.
    async fn part(&self, part: Part) -> Result<u64> {
        self.send(part).await?;
        if self.open.fetch_sub(1, Ordering::AcqRel) > 1 {
            return Ok(0);
        }
        self.close().await
    }

    async fn send(&self, part: Part) -> Result<()> {
        let body = self
            .source
            .body(part, &self.pool, self.board.meter(&self.batch, &self.name));
        let (body, tap) = if self.record.is_some() {
            let (body, tap) = Tap::on(body);
            (body, Some(tap))
        } else {
            (body, None)
        };
        let total = self.source.len();
        let sent =
            transfer::part(&self.client, self.target(), part, total, &self.form, &body).await;
        tolerate_dry_run(sent)?;
        if let (Some(record), Some(tap), true) = (&self.record, tap, self.parts.holds(part)) {
            record.part(self.number, part.start, self.hash(&tap, part).await?)?;
        }
        Ok(())
    }

    /// The hash of what was sent. A server may answer before it has read everything; then it is read again.
    async fn hash(&self, tap: &Tap, part: Part) -> Result<Hash> {
        match tap.hash(part.len) {
            Some(hash) => Ok(hash),
            None => of_part(&self.source, part, &self.pool).await,
        }
    }

    /// Says that the file is whole. If the server does not agree, and an earlier process was at work, the file is sent anew,
    /// once.
    pub(super) async fn close(&self) -> Result<u64> {
        match transfer::close(&self.client, self.target()).await {
            Err(error) if self.again && matches!(error.status(), Some(400 | 404 | 428)) => {
                tracing::debug!(file = %self.name, %error, "what the server has of the file makes no whole: it is sent anew");
                self.open_anew().await?;
                for part in self.parts.iter() {
                    self.send(part).await?;
                }
                transfer::close(&self.client, self.target()).await?;
            }
            closed => tolerate_dry_run(closed)?,
        }
        if let Some(record) = &self.record {
            let mut known = record.parts(self.number);
            let mut hashes = Vec::new();
            for part in self.parts.iter() {
                hashes.push(match known.remove(&part.start) {
                    Some(hash) => hash,
                    // an earlier process has sent it, and was killed before it could write it down
                    None => of_part(&self.source, part, &self.pool).await?,
                });
            }
            record.sent(self.number, Hash::of_parts(&hashes))?;
        }
        Ok(self.done())
    }

    /// Opens the large file; what the server has of it no longer counts.
    async fn open_anew(&self) -> Result<()> {
        tolerate_dry_run(import::open(&self.client, self.target()).await)?;
        match &self.record {
            Some(record) => record.opened(self.number),
            None => Ok(()),
        }
    }

    /// The parts that the server does not have.
    async fn missing(&self) -> Result<Vec<Part>> {
        if self.resumed {
            let there = import::ranges(&self.client, self.target()).await?;
            if let Some(missing) = there.and_then(|there| transfer::missing(&self.parts, &there)) {
                let missing_bytes: u64 = missing.iter().map(|part| part.len).sum();
                let kept = self.source.len().saturating_sub(missing_bytes);
                self.board.set(|progress| progress.bytes_sent += kept);
                return Ok(missing);
            }
        }
        self.open_anew().await?;
        Ok(self.parts.iter().collect())
    }

    fn done(&self) -> u64 {
        let bytes = self.source.len();
        self.board.file(&self.batch, &self.name, bytes);
        bytes
    }
}

/// What of a batch is on the server.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sent {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

/// The requests that are under way, for all batches.
pub(super) struct Flight {
    /// The place of the batch, and the size of the file that became whole with the request, if any.
    tasks: JoinSet<(usize, Result<u64>)>,
    /// What of each batch is on the server.
    pub(super) sent: Vec<Sent>,
}

impl Flight {
    pub(super) fn new(batches: usize) -> Self {
        Self {
            tasks: JoinSet::new(),
            sent: vec![Sent::default(); batches],
        }
    }

    fn record(&mut self, batch: usize, done: Result<u64>) -> Result<()> {
        let bytes = done?;
        if bytes > 0
            && let Some(sent) = self.sent.get_mut(batch)
        {
            sent.files += 1;
            sent.bytes += bytes;
        }
        Ok(())
    }

    fn ended(&mut self, done: Result<(usize, Result<u64>), JoinError>) -> Result<()> {
        let (batch, done) =
            done.map_err(|stopped| Error::new(ErrorKind::Other, "upload a file").because(stopped))?;
        self.record(batch, done)
    }

    /// Does something else while requests are under way; one that fails ends it.
    pub(super) async fn beside<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                Some(done) = self.tasks.join_next() => self.ended(done)?,
                done = &mut work => return done,
            }
        }
    }

    /// Drops what is under way.
    pub(super) async fn drop_all(&mut self) {
        self.tasks.shutdown().await;
    }
}

impl Sender {
    /// Sends all files of a batch that the server does not have; `place` is that of the batch in the plan, `first` the number
    /// of its first file. Some may be under way when it comes back, see [`Sender::land`].
    pub(super) async fn batch(
        &self,
        batch: &BatchId,
        planned: &PlannedBatch,
        (place, first): (usize, u32),
        flight: &mut Flight,
    ) -> Result<()> {
        for (index, file) in planned.files.iter().enumerate() {
            let number = first.saturating_add(number(index));
            if self.has(number) {
                self.skip(file, place, flight);
                continue;
            }
            let parts = file.parts(&self.limits);
            let mut job = self.job(batch, file, number, parts.clone());
            match parts {
                Parts::Whole(part) => {
                    let held = self.reserve(part.len).await?;
                    let send = async move { (place, job.whole(part).await) };
                    flight.tasks.spawn(hold(held, send).in_current_span());
                }
                Parts::Chunks { .. } => {
                    let missing = self.or_cancelled(job.missing()).await?;
                    job.open = AtomicU64::new(missing.len() as u64);
                    let job = Arc::new(job);
                    if missing.is_empty() {
                        let done = self.or_cancelled(job.close()).await;
                        flight.record(place, done)?;
                    }
                    for part in missing {
                        let held = self.reserve(part.len).await?;
                        if self.form.is_known() {
                            let job = Arc::clone(&job);
                            let send = async move { (place, job.part(part).await) };
                            flight.tasks.spawn(hold(held, send).in_current_span());
                        } else {
                            // the first part of all finds out how the server wants its ranges
                            let done = self.or_cancelled(hold(held, job.part(part))).await;
                            flight.record(place, done)?;
                        }
                        self.collect(flight)?;
                    }
                }
            }
            self.collect(flight)?;
        }
        Ok(())
    }

    /// Waits for what is under way.
    pub(super) async fn land(&self, flight: &mut Flight) -> Result<()> {
        loop {
            let done = tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(cancelled()),
                done = flight.tasks.join_next() => done,
            };
            let Some(done) = done else { return Ok(()) };
            flight.ended(done)?;
        }
    }

    /// Whether the server has the file already.
    fn has(&self, number: u32) -> bool {
        let hash = self.record.as_ref().and_then(|record| record.hash(number));
        hash.is_some()
    }

    fn skip(&self, file: &PlannedFile, place: usize, flight: &mut Flight) {
        if let Some(sent) = flight.sent.get_mut(place) {
            sent.files += 1;
            sent.bytes += file.size();
        }
        self.board.set(|progress| {
            progress.files_sent += 1;
            progress.bytes_sent += file.size();
        });
    }

    fn collect(&self, flight: &mut Flight) -> Result<()> {
        while let Some(done) = flight.tasks.try_join_next() {
            flight.ended(done)?;
        }
        if self.cancel.is_cancelled() {
            Err(cancelled())
        } else {
            Ok(())
        }
    }

    fn job(&self, batch: &BatchId, file: &PlannedFile, number: u32, parts: Parts) -> Job {
        let open = self.record.as_ref();
        Job {
            client: self.client.clone(),
            batch: batch.clone(),
            name: file.name.clone(),
            dataset: self.dataset.clone(),
            source: file.content.clone().into(),
            pool: Arc::clone(&self.pool),
            form: Arc::clone(&self.form),
            board: self.board.clone(),
            number,
            parts,
            record: self.record.clone(),
            open: AtomicU64::new(0),
            resumed: open.is_some_and(|record| record.is_open(number)),
            again: self.again,
        }
    }

    async fn reserve(&self, bytes: u64) -> Result<Arc<Held>> {
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

/// Does the work, whose requests hold this.
async fn hold<T>(held: Arc<Held>, work: impl Future<Output = T>) -> T {
    holding(held, work).await
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
