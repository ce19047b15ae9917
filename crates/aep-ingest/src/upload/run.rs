//! The course of an upload.

use std::sync::Arc;
use std::time::Instant;

use aep_core::{BatchId, Error, ErrorKind, Result};
use futures::{StreamExt, TryStreamExt};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::budget::Budget;
use super::gather::Originals;
use super::progress::Board;
use super::send::{Sender, Sent, cancelled, is_dry_run, tolerate_dry_run};
use super::transfer::Form;
use super::{
    BatchReport, DatasetRef, OnFailure, Outcome, Phase, Rejections, Report, ReportStatus, Upload,
    Validate, check, gather,
};
use crate::batches::NewBatch;
use crate::plan::{Candidate, Plan, PlannedBatch};
use crate::source::Pool;
use crate::{BatchStatus, WaitOptions};

/// Batches that are watched at once.
const WATCHED: usize = 16;

struct Run {
    upload: Upload,
    board: Board,
    cancel: CancellationToken,
    id: Uuid,
    batches: Vec<BatchReport>,
    notes: Vec<String>,
    warnings: Rejections,
    /// Whether requests are only written down.
    dry: bool,
}

/// Carries an upload out, and puts the server in order if it fails.
pub(super) async fn run(upload: Upload, board: Board, cancel: CancellationToken) -> Outcome {
    let began = Instant::now();
    let mut run = Run {
        upload,
        board,
        cancel,
        id: Uuid::new_v4(),
        batches: Vec::new(),
        notes: Vec::new(),
        warnings: Rejections::default(),
        dry: false,
    };
    let error = match run.steps().await {
        Ok(()) => None,
        Err(error) => Some(run.clean_up(error).await),
    };
    run.board.phase(Phase::Done);
    let report = Report {
        run_id: run.id,
        dataset: DatasetRef {
            id: run.upload.dataset.id.clone(),
            name: run.upload.dataset.name.clone(),
        },
        status: ReportStatus::of(&run.batches),
        batches: run.batches,
        elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        notes: run.notes,
        warnings: run.warnings,
    };
    Outcome { report, error }
}

impl Run {
    async fn steps(&mut self) -> Result<()> {
        let files = self.originals().await?;
        self.upload.ingest.guard().await?;
        if self.upload.options.validate != Validate::Off {
            self.check(&files).await?;
        }
        let plan = self.plan(files).await?;
        let ids = self.fill(&plan).await?;
        self.complete(&ids).await?;
        if self.dry {
            return Err(dry_run());
        }
        if self.upload.options.wait {
            self.watch(&ids).await
        } else {
            self.look(&ids).await
        }
    }

    async fn originals(&mut self) -> Result<Vec<Candidate>> {
        let upload = self.upload.clone();
        let Originals { files, notes } = blocking(move || {
            let Upload {
                ingest,
                dataset,
                inputs,
                options,
            } = &upload;
            gather::originals(ingest, dataset, inputs, options)
        })
        .await?;
        self.note(notes);
        self.board.set(|progress| {
            progress.files_total = files.len() as u64;
            progress.bytes_total = files.iter().map(|file| file.content.len()).sum();
        });
        Ok(files)
    }

    /// The plan for what is really sent.
    async fn plan(&mut self, files: Vec<Candidate>) -> Result<Plan> {
        let upload = self.upload.clone();
        let plan =
            blocking(move || gather::plan(&upload.ingest, &upload.dataset, files, &upload.options))
                .await?;
        self.note(plan.notes.iter().cloned());
        self.board.set(|progress| {
            progress.files_total = plan.files() as u64;
            progress.bytes_total = plan.bytes();
        });
        Ok(plan)
    }

    fn note(&mut self, notes: impl IntoIterator<Item = String>) {
        self.notes.extend(notes);
        let notes = &self.notes;
        self.board.set(|progress| progress.notes.clone_from(notes));
    }

    async fn check(&mut self, files: &[Candidate]) -> Result<()> {
        let dataset = &self.upload.dataset;
        let Some(id) = &dataset.schema else {
            let note = format!(
                "the rows were not checked: the dataset `{}` has no schema",
                dataset.name
            );
            self.note([note]);
            return Ok(());
        };
        self.board.phase(Phase::Validating);
        let schema = self
            .or_cancelled(self.upload.ingest.schemas().resolved(id))
            .await?;
        self.warnings = check::files(
            files,
            &schema,
            &self.upload.options,
            &self.board,
            &self.cancel,
        )
        .await?;
        Ok(())
    }

    /// Makes and fills every batch; answers their ids.
    async fn fill(&mut self, plan: &Plan) -> Result<Vec<BatchId>> {
        self.board.phase(Phase::Uploading);
        let options = &self.upload.options;
        let sender = Sender {
            client: self.upload.ingest.client().clone(),
            dataset: self.upload.dataset.id.clone(),
            limits: plan.limits,
            budget: Budget::new(options.memory, options.concurrency),
            pool: Pool::new(options.memory),
            form: Arc::new(Form::default()),
            board: self.board.clone(),
            cancel: self.cancel.clone(),
        };
        let mut ids = Vec::with_capacity(plan.batches.len());
        for (index, planned) in plan.batches.iter().enumerate() {
            let id = self.create(planned, index).await?;
            ids.push(id.clone());
            let mut sent = Sent::default();
            let result = sender.batch(&id, planned, &mut sent).await;
            if let Some(report) = self.batches.get_mut(index) {
                report.files = sent.files;
                report.bytes = sent.bytes;
            }
            result?;
        }
        Ok(ids)
    }

    /// Not given up when the upload is cancelled: a batch whose id is not known could not be aborted.
    async fn create(&mut self, planned: &PlannedBatch, index: usize) -> Result<BatchId> {
        if self.cancel.is_cancelled() {
            return Err(cancelled());
        }
        let options = &self.upload.options;
        let new = NewBatch {
            external_id: Some(format!("aep-{}-{}", self.id.simple(), index + 1)),
            partial_percent: options.partial,
            diagnostics: options.diagnostics,
            tags: options.tags.clone(),
            ..NewBatch::new(self.upload.dataset.id.clone(), planned.format)
        };
        let id = match self.upload.ingest.batches().create(new).await {
            Ok(batch) => batch.id,
            Err(error) if is_dry_run(&error) => {
                self.dry = true;
                BatchId::new(format!("BATCH-{}", index + 1))?
            }
            Err(error) => return Err(error),
        };
        self.board.batch(&id, &BatchStatus::Loading, None);
        self.batches.push(BatchReport::begun(id.clone()));
        Ok(id)
    }

    async fn complete(&mut self, ids: &[BatchId]) -> Result<()> {
        self.board.phase(Phase::Completing);
        if self.cancel.is_cancelled() {
            return Err(cancelled());
        }
        for (index, id) in ids.iter().enumerate() {
            tolerate_dry_run(self.upload.ingest.batches().complete(id).await)?;
            if let Some(report) = self.batches.get_mut(index) {
                report.status = BatchStatus::Loaded;
            }
            self.board.batch(id, &BatchStatus::Loaded, None);
        }
        Ok(())
    }

    async fn watch(&mut self, ids: &[BatchId]) -> Result<()> {
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
                () = self.cancel.cancelled() => return Err(cancelled()),
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
    async fn look(&mut self, ids: &[BatchId]) -> Result<()> {
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

    async fn or_cancelled<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(cancelled()),
            done = work => done,
        }
    }

    /// Puts the server in order after a failure, and says what stays there.
    async fn clean_up(&mut self, error: Error) -> Error {
        if self.dry {
            self.batches.clear();
            return if is_dry_run(&error) {
                error
            } else {
                error.hint("this was a dry run: nothing was sent")
            };
        }
        if self.batches.is_empty() {
            return error;
        }
        let batches = self.upload.ingest.batches();
        let mut stays = Vec::new();
        let mut aborted = Vec::new();
        let mut failures = Vec::new();
        for report in &mut self.batches {
            let id = report.id.clone();
            if report.status != BatchStatus::Loading {
                stays.push(format!("{id} ({})", report.status));
            } else if self.upload.options.on_failure == OnFailure::Keep {
                stays.push(format!("{id} (open, with {} files)", report.files));
            } else {
                match batches.abort(&id).await {
                    Ok(()) => {
                        report.status = BatchStatus::Aborted;
                        aborted.push(id.to_string());
                        self.board.batch(&id, &BatchStatus::Aborted, None);
                    }
                    Err(failed) => {
                        // its completion may have been carried out although the answer was lost
                        match batches.look(&id).await {
                            Ok(Some(batch)) if batch.status != BatchStatus::Loading => {
                                report.finish(&batch);
                                stays.push(format!("{id} ({})", batch.status));
                            }
                            _ => stays.push(format!("{id} (open, it could not be aborted)")),
                        }
                        failures.push(failed.report().to_string());
                    }
                }
            }
        }
        said(error, &stays, &aborted, &failures)
    }
}

/// Looks at files, away from the threads that serve the connections.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|stopped| Error::new(ErrorKind::Other, "look at the files").because(stopped))?
}

/// The error with what became of the batches.
fn said(mut error: Error, stays: &[String], aborted: &[String], failures: &[String]) -> Error {
    if !aborted.is_empty() {
        error = error.with("aborted", aborted.join(", "));
    }
    if !failures.is_empty() {
        error = error.with("aborting failed", failures.join("; "));
    }
    if stays.is_empty() {
        return error;
    }
    let first = stays
        .first()
        .and_then(|stay| stay.split(' ').next())
        .unwrap_or_default()
        .to_owned();
    let open = stays.iter().any(|stay| stay.contains("(open"));
    let error = error.with("stays on the server", stays.join(", "));
    if open {
        error.hint(format!("go on by hand with `aep batch put {first}` and `aep batch complete {first}`, or give up with `aep batch abort {first}`"))
    } else {
        error.hint(format!(
            "the platform goes on with what is completed; `aep batch wait {first}` watches it"
        ))
    }
}

fn dry_run() -> Error {
    Error::new(ErrorKind::Cancelled, "upload the files")
        .with("dry_run", true)
        .because("this is a dry run, nothing was sent")
}
