//! The batches of an upload: made, filled, completed, watched.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use aep_core::{BatchId, ErrorKind, Result};
use futures::{StreamExt, TryStreamExt};

use super::budget::Budget;
use super::run::{Course, Run, Stage};
use super::send::{Flight, Sender, cancelled, is_dry_run, tolerate_dry_run};
use super::transfer::Form;
use super::{BatchReport, Phase, pace};
use crate::batches::{NewBatch, RUN_TAG, Replay};
use crate::jobs::Line;
use crate::plan::PlannedBatch;
use crate::source::Pool;
use crate::{BatchStatus, WaitOptions};

/// Batches that are watched at once.
const WATCHED: usize = 16;

impl Run {
    /// Makes and fills every batch that is not filled yet; answers the ids of all.
    pub(super) async fn fill(&mut self, course: &Course) -> Result<Vec<BatchId>> {
        self.board.phase(Phase::Uploading);
        let options = &self.upload.options;
        let sender = Sender {
            client: self.upload.ingest.client().clone(),
            dataset: self.upload.dataset.id.clone(),
            limits: course.plan.limits,
            budget: Budget::new(options.memory, options.concurrency),
            pool: Pool::new(options.memory),
            form: Arc::new(Form::default()),
            board: self.board.clone(),
            cancel: self.control.cancel.clone(),
            again: self.upload.resume.is_some(),
            record: self.record.clone(),
        };
        let mut flight = Flight::new(course.plan.batches.len());
        let filled = self.fill_all(course, &sender, &mut flight).await;
        flight.drop_all().await;
        for (report, sent) in self.batches.iter_mut().zip(&flight.sent) {
            // of a batch that was not come to, what an earlier process has sent
            if sent.files >= report.files {
                report.files = sent.files;
                report.bytes = sent.bytes;
            }
        }
        filled
    }

    async fn fill_all(
        &mut self,
        course: &Course,
        sender: &Sender,
        flight: &mut Flight,
    ) -> Result<Vec<BatchId>> {
        let mut ids = Vec::with_capacity(course.plan.batches.len());
        let mut first = 0;
        for (index, (planned, stage)) in course.plan.batches.iter().zip(&course.stages).enumerate()
        {
            let id = if let Some(report) = self.batches.get(index) {
                report.id.clone()
            } else {
                if !self.dry {
                    flight.beside(self.turn()).await?;
                }
                self.create(planned, index).await?
            };
            ids.push(id.clone());
            if *stage == Stage::Completed {
                self.board.set(|progress| {
                    progress.files_sent += planned.files.len() as u64;
                    progress.bytes_sent += planned.bytes;
                });
            } else {
                sender.batch(&id, planned, (index, first), flight).await?;
            }
            first += number(planned.files.len());
        }
        sender.land(flight).await?;
        Ok(ids)
    }

    /// The id that a batch of the run is asked for with.
    pub(super) fn external_id(&self, index: usize) -> String {
        format!("aep-{}-{}", self.id.simple(), index + 1)
    }

    /// Waits until a batch more keeps the platform's limits, and says so.
    async fn turn(&mut self) -> Result<()> {
        let Self {
            upload,
            board,
            control,
            notes,
            ..
        } = self;
        let profiles = upload.options.profiles;
        let rates = pace::rates(&upload.options.limits, profiles);
        let settings = upload.ingest.client().settings();
        let store = upload.jobs.as_ref();
        let store = store.map(|jobs| pace::Store::of(jobs.state(), settings));
        let tell = |wait: pace::Wait| {
            notes.push(wait.to_string());
            board.set(|progress| progress.notes.clone_from(notes));
            board.wait(wait);
        };
        let turn = upload.ingest.pace().turn(rates, profiles, store, tell);
        tokio::select! {
            biased;
            () = control.cancel.cancelled() => Err(cancelled()),
            done = turn => done,
        }
    }

    /// Not given up when the upload is cancelled: a batch whose id is not known could not be aborted.
    async fn create(&mut self, planned: &PlannedBatch, index: usize) -> Result<BatchId> {
        if self.is_cancelled() {
            return Err(cancelled());
        }
        let options = &self.upload.options;
        let external_id = self.external_id(index);
        let mut tags = options.tags.clone();
        tags.insert(
            RUN_TAG.to_owned(),
            vec![self.id.to_string(), (index + 1).to_string()],
        );
        let new = NewBatch {
            external_id: Some(external_id.clone()),
            partial_percent: options.partial,
            diagnostics: options.diagnostics,
            tags,
            replay: (!options.replaces.is_empty()).then(|| Replay {
                predecessors: options.replaces.clone(),
                ..Replay::default()
            }),
            ..NewBatch::new(self.upload.dataset.id.clone(), planned.format)
        };
        let batch = number(index);
        self.commit(Line::Create { batch, external_id }).await?;
        let id = match self.upload.ingest.batches().create(new).await {
            Ok(batch) => batch.id,
            Err(error) if is_dry_run(&error) => {
                self.dry = true;
                BatchId::new(format!("BATCH-{}", index + 1))?
            }
            Err(error) => {
                self.uncertain |= error.outcome_is_unknown() || error.kind() == ErrorKind::Protocol;
                return Err(error);
            }
        };
        self.begun(id.clone(), &BatchStatus::Loading);
        self.append(&Line::Created {
            batch,
            id: id.clone(),
        })?;
        Ok(id)
    }

    /// Adds a batch to the report.
    pub(super) fn begun(&mut self, id: BatchId, status: &BatchStatus) {
        self.board.batch(&id, status, None);
        self.batches.push(BatchReport::begun(id));
    }

    /// Completes every batch that is not completed yet.
    pub(super) async fn complete(&mut self, course: &Course, ids: &[BatchId]) -> Result<()> {
        self.board.phase(Phase::Completing);
        if self.is_cancelled() {
            return Err(cancelled());
        }
        for (index, (id, stage)) in ids.iter().zip(&course.stages).enumerate() {
            if *stage == Stage::Completed {
                continue;
            }
            let batch = number(index);
            self.commit(Line::Complete { batch }).await?;
            tolerate_dry_run(self.upload.ingest.batches().complete(id).await)?;
            if let Some(report) = self.batches.get_mut(index) {
                report.status = BatchStatus::Loaded;
            }
            self.board.batch(id, &BatchStatus::Loaded, None);
            self.append(&Line::Completed { batch })?;
        }
        Ok(())
    }

    /// Whether open batches stay if the run fails.
    pub(super) fn keeps(&self) -> bool {
        self.upload.options.on_failure == super::OnFailure::Keep
            || self.control.keep.load(Ordering::Relaxed)
    }

    pub(super) async fn watch(&mut self, ids: &[BatchId]) -> Result<()> {
        self.board.phase(Phase::Waiting);
        let board = self.board.clone();
        let told = self.upload.options.waiting.on_change.clone();
        let options = WaitOptions {
            on_change: Some(Arc::new(move |batch| {
                board.batch(&batch.id, &batch.status, batch.stall_detail());
                if let Some(tell) = &told {
                    tell(batch);
                }
            })),
            ..self.upload.options.waiting.clone()
        };
        let batches = self.upload.ingest.batches();
        let waits = (0..ids.len()).map(|index| {
            let (batches, id, options) =
                (batches.clone(), ids.get(index).cloned(), options.clone());
            async move {
                let Some(id) = id else {
                    return Err(cancelled());
                };
                batches.wait(&id, options).await.map(|batch| (index, batch))
            }
        });
        let mut finished = futures::stream::iter(waits).buffer_unordered(WATCHED);
        loop {
            let next = tokio::select! {
                biased;
                () = self.control.cancel.cancelled() => return Err(cancelled()),
                next = finished.try_next() => next?,
            };
            let Some((index, batch)) = next else {
                return Ok(());
            };
            if let Some(report) = self.batches.get_mut(index) {
                report.finish(&batch);
            }
        }
    }

    /// One look at the batches, for a report that does not wait.
    pub(super) async fn look(&mut self, ids: &[BatchId]) -> Result<()> {
        for (index, id) in ids.iter().enumerate() {
            if let (Some(batch), Some(report)) = (
                self.upload.ingest.batches().look(id).await?,
                self.batches.get_mut(index),
            ) {
                // Catalog may be behind: a batch that was completed is no longer loading
                if batch.status != BatchStatus::Loading {
                    report.finish(&batch);
                }
            }
        }
        Ok(())
    }
}

/// The number of a batch or file in a journal. No run has more files than this can count.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
