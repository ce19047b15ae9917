//! The course of an upload.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use aep_core::{Error, ErrorKind, Result};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::check::Checks;
use super::gather::Originals;
use super::progress::Board;
use super::record::Record;
use super::send::cancelled;
use super::{
    BatchReport, DatasetRef, LargeFiles, Outcome, Phase, Rejections, Report, ReportStatus, Upload,
    Validate, gather,
};
use crate::convert::Mapping;
use crate::jobs::ledger::Ledger;
use crate::plan::{Candidate, Plan};
use crate::rejects::Rejected;
use crate::xdm::Schema;

/// How a run is stopped from outside.
#[derive(Debug, Clone, Default)]
pub(super) struct Control {
    pub(super) cancel: CancellationToken,
    /// Whether open batches are kept, whatever was said before.
    pub(super) keep: Arc<AtomicBool>,
}

pub(super) struct Run {
    pub(super) upload: Upload,
    pub(super) board: Board,
    pub(super) control: Control,
    pub(super) id: Uuid,
    pub(super) batches: Vec<BatchReport>,
    /// Batches in the plan.
    pub(super) planned: usize,
    pub(super) notes: Vec<String>,
    pub(super) warnings: Rejections,
    /// Rows that were set aside.
    pub(super) rejected: Option<Rejected>,
    /// Where files are made for the run, if it is not kept with a journal; goes with the run.
    pub(super) scratch: Option<tempfile::TempDir>,
    /// The journal, if one is kept and was begun or opened.
    pub(super) record: Option<Arc<Record>>,
    /// What was sent into the dataset before, if that is to be known.
    pub(super) ledger: Option<Ledger>,
    /// Whether the batches are left as they are if the run fails: nothing was done yet, or all is done.
    pub(super) hands_off: bool,
    /// Whether there may be a batch that nobody knows the id of.
    pub(super) uncertain: bool,
    /// Files before they were split or packed.
    pub(super) input_files: u64,
    /// Whether requests are only written down.
    pub(super) dry: bool,
}

/// What there is to do.
pub(super) struct Course {
    pub(super) plan: Arc<Plan>,
    /// Rows that were counted in the files, if all of them are good.
    pub(super) rows: Option<u64>,
    /// Where each batch of the plan is.
    pub(super) stages: Vec<Stage>,
    /// Whether the contents are in the ledger.
    pub(super) claimed: bool,
}

/// Where a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Is to be made.
    Unmade,
    /// Waits for files.
    Open,
    /// The platform works on it, or is done.
    Completed,
}

/// Carries an upload out, and puts the server in order if it fails.
pub(super) async fn run(upload: Upload, board: Board, control: Control) -> Outcome {
    let began = Instant::now();
    let id = upload.resume.unwrap_or_else(Uuid::new_v4);
    let mut run = Run {
        upload,
        board,
        control,
        id,
        batches: Vec::new(),
        planned: 0,
        notes: Vec::new(),
        warnings: Rejections::default(),
        rejected: None,
        scratch: None,
        record: None,
        ledger: None,
        hands_off: true,
        uncertain: false,
        input_files: 0,
        dry: false,
    };
    run.board.start(run.id, &run.upload.dataset.id);
    let error = match run.steps().await {
        Ok(()) => None,
        Err(error) => Some(run.clean_up(error).await),
    };
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    run.put_down(error.as_ref(), elapsed_ms).await;
    run.board.phase(Phase::Done);
    let report = Report {
        run_id: run.id,
        dataset: DatasetRef {
            id: run.upload.dataset.id.clone(),
            name: run.upload.dataset.name.clone(),
        },
        status: ReportStatus::of(&run.batches).without(run.rejected.as_ref()),
        rejected: run.rejected,
        batches: run.batches,
        input_files: run.input_files,
        elapsed_ms,
        notes: run.notes,
        warnings: run.warnings,
    };
    Outcome { report, error }
}

impl Run {
    async fn steps(&mut self) -> Result<()> {
        let course = if self.upload.resume.is_some() {
            self.take_up().await?
        } else {
            Some(self.prepare().await?)
        };
        // an earlier process came to its end: there is nothing to do but to report it
        let Some(course) = course else { return Ok(()) };
        self.hands_off = false;
        self.planned = course.plan.batches.len();
        if self.input_files == 0 {
            self.input_files = course.plan.originals() as u64;
        }
        let ids = self.fill(&course).await?;
        self.claim(&course, &ids).await?;
        self.complete(&course, &ids).await?;
        if self.dry {
            return Err(dry_run());
        }
        if !self.upload.options.wait {
            return self.look(&ids).await;
        }
        self.watch(&ids).await?;
        self.hands_off = true;
        self.prove(&course).await
    }

    /// Everything before the first request that changes something.
    async fn prepare(&mut self) -> Result<Course> {
        self.settle().await?;
        let mut files = self.originals().await?;
        self.upload.ingest.guard().await?;
        self.predecessors().await?;
        let mut rows = None;
        if let Some(mapping) = self.upload.options.convert.clone() {
            rows = self.convert(&mut files, &mapping).await?;
        } else if self.upload.options.validate != Validate::Off {
            rows = self.check(&mut files).await?;
        }
        let plan = self.plan(files).await?;
        self.fits(&plan)?;
        let course = Course {
            stages: vec![Stage::Unmade; plan.batches.len()],
            rows: rows.filter(|rows| *rows > 0),
            claimed: false,
            plan: Arc::new(plan),
        };
        self.compare(&course).await?;
        self.write_down(&course).await?;
        Ok(course)
    }

    async fn originals(&mut self) -> Result<Vec<Candidate>> {
        let upload = self.upload.clone();
        let Originals { files, notes } = blocking(move || gather::originals(&upload)).await?;
        self.input_files = files.len() as u64;
        self.note(notes);
        self.board.set(|progress| {
            progress.files_total = files.len() as u64;
            progress.bytes_total = files.iter().map(|file| file.content.len()).sum();
        });
        Ok(files)
    }

    /// The plan for what is really sent.
    async fn plan(&mut self, files: Vec<Candidate>) -> Result<Plan> {
        let spool = match self.upload.options.large_files {
            LargeFiles::Split => Some(self.spool().await?),
            LargeFiles::Auto | LargeFiles::Chunk => None,
        };
        let (upload, cancel) = (self.upload.clone(), self.control.cancel.clone());
        let plan =
            blocking(move || gather::plan(&upload, files, spool.as_deref(), &cancel)).await?;
        self.note(plan.notes.iter().cloned());
        self.board.set(|progress| {
            progress.files_total = plan.files() as u64;
            progress.bytes_total = plan.bytes();
        });
        Ok(plan)
    }

    pub(super) fn note(&mut self, notes: impl IntoIterator<Item = String>) {
        self.notes.extend(notes);
        let notes = &self.notes;
        self.board.set(|progress| progress.notes.clone_from(notes));
    }

    /// Checks the rows; how many there are to send, if all of them are good.
    async fn check(&mut self, files: &mut Vec<Candidate>) -> Result<Option<u64>> {
        let dataset = &self.upload.dataset;
        let Some(id) = &dataset.schema else {
            if self.upload.options.rejects.is_some() || self.upload.options.repairs.is_some() {
                return Err(Error::new(ErrorKind::Usage, "take rows out of the files")
                    .with("dataset", &dataset.name)
                    .because("the dataset has no schema that rows could be held against"));
            }
            let note = format!(
                "the rows were not checked: the dataset `{}` has no schema",
                dataset.name
            );
            self.note([note]);
            return Ok(None);
        };
        self.board.phase(Phase::Validating);
        let schema = self
            .or_cancelled(self.upload.ingest.schemas().resolved(id))
            .await?;
        let options = &self.upload.options;
        let spool = if options.rejects.is_some() || options.repairs.is_some() {
            self.spool().await?
        } else {
            PathBuf::new()
        };
        let checked = self.checks(&schema, &spool).files(files).await?;
        self.rejected = checked.rejected;
        if self.rejected.is_none() && checked.rows.is_none() {
            self.warnings = checked.found;
        }
        Ok(checked.rows)
    }

    /// Whether the batches that are replaced can be.
    async fn predecessors(&mut self) -> Result<()> {
        for id in &self.upload.options.replaces {
            let batch = self
                .or_cancelled(self.upload.ingest.batches().get(id))
                .await?;
            let refused = |kind, why: String| {
                Err(Error::new(kind, "replace a batch")
                    .with("batch", id)
                    .with("status", &batch.status)
                    .because(why))
            };
            if batch
                .dataset
                .as_ref()
                .is_some_and(|of| *of != self.upload.dataset.id)
            {
                return refused(ErrorKind::Usage, "it is of another dataset".to_owned());
            }
            if !batch.status.is_success() {
                return refused(
                    ErrorKind::Conflict,
                    format!(
                        "only data that is there can be replaced: {}",
                        batch.status.meaning()
                    ),
                );
            }
            // the rows of a repair are in the new data as well, and would be there twice
            let repairs = self.upload.ingest.batches();
            let repairs = self.or_cancelled(repairs.repairs_of(&batch)).await?;
            let left = repairs.iter().find(|repair| {
                repair.status.is_success() && !self.upload.options.replaces.contains(&repair.id)
            });
            if let Some(repair) = left {
                let why = format!(
                    "its failed rows are in the dataset too, with batch {}",
                    repair.id
                );
                return refused(ErrorKind::Conflict, why)
                    .map_err(|error| error.hint(format!("add `--replaces {}`", repair.id)));
            }
        }
        Ok(())
    }

    /// What replaces others has to become visible at one moment.
    fn fits(&self, plan: &Plan) -> Result<()> {
        if self.upload.options.replaces.is_empty() || plan.batches.len() == 1 {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Limit, "replace batches")
            .with("files", plan.files())
            .with("batches needed", plan.batches.len())
            .because("a replacement has to be one batch: the old ones go when it has succeeded, not before and not later")
            .hint("give files of one format, within the limits of a batch; or replace one old batch at a time"))
    }

    /// Makes Parquet of what is not; how many rows there are to send, if all of them are good.
    async fn convert(
        &mut self,
        files: &mut Vec<Candidate>,
        mapping: &Arc<Mapping>,
    ) -> Result<Option<u64>> {
        let dataset = &self.upload.dataset;
        let Some(id) = &dataset.schema else {
            return Err(Error::new(ErrorKind::Usage, "convert the files")
                .with("dataset", &dataset.name)
                .because("the dataset has no schema, which would say what the columns are"));
        };
        self.board.phase(Phase::Validating);
        let schema = self
            .or_cancelled(self.upload.ingest.schemas().resolved(id))
            .await?;
        let spool = self.spool().await?;
        let checks = self.checks(&schema, &spool);
        let (checked, notes) = checks.convert(files, mapping).await?;
        self.rejected = checked.rejected;
        if self.rejected.is_none() {
            self.warnings = checked.found;
        }
        self.note(notes);
        Ok(checked.rows)
    }

    fn checks<'a>(&'a self, schema: &'a Arc<Schema>, spool: &'a Path) -> Checks<'a> {
        Checks {
            schema,
            options: &self.upload.options,
            board: &self.board,
            cancel: &self.control.cancel,
            spool,
            dry: self.upload.ingest.client().recorder().is_some(),
        }
    }

    pub(super) async fn or_cancelled<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.control.cancel.cancelled() => Err(cancelled()),
            done = work => done,
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.control.cancel.is_cancelled()
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

fn dry_run() -> Error {
    Error::new(ErrorKind::Cancelled, "upload the files")
        .with("dry_run", true)
        .because("this is a dry run, nothing was sent")
}
