//! Whole ingestions: from files to a final state.
//!
//! `inputs → plan → validate → create → upload → complete → watch → report`. Nothing that changes the server happens
//! before every file was found, looked at and, unless it is switched off, validated. All batches are filled before the
//! first one is completed, so that a failure on the way leaves nothing in the dataset.

mod batches;
mod budget;
mod check;
mod clean_up;
mod compare;
mod convert;
mod event;
mod gather;
mod handle;
mod keep;
mod options;
mod pace;
mod progress;
mod prove;
mod record;
mod report;
mod run;
mod send;
mod sift;
mod take_up;
pub(crate) mod transfer;

use std::path::PathBuf;
use std::sync::Arc;

use aep_core::{BatchId, Result};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::convert::Mapping;
use crate::plan::{Limits, Plan};
use crate::validate::OnUnknown;
use crate::{Dataset, Ingest, InputFormat, Inputs, Jobs, WaitOptions};

pub use self::check::Rejections;
pub use self::event::Event;
pub use self::handle::{Outcome, UploadHandle};
pub use self::options::{LargeFiles, OnFailure, Validate};
pub(crate) use self::options::{Options, Repairs};
pub(crate) use self::pace::Pace;
pub use self::pace::Period;
pub use self::progress::{BatchProgress, Phase, Progress};
pub use self::report::{BatchReport, DatasetRef, Report, ReportStatus};

/// An upload that is being prepared. Every setting has a default.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `start`"]
pub struct Upload {
    ingest: Ingest,
    dataset: Arc<Dataset>,
    inputs: Inputs,
    options: Options,
    /// Where runs are written down, if they are.
    jobs: Option<Jobs>,
    /// The run that is taken up again.
    resume: Option<Uuid>,
}

impl Upload {
    pub(crate) fn new(ingest: &Ingest, dataset: Dataset, inputs: Inputs) -> Self {
        Self {
            ingest: ingest.persistent(),
            options: Options {
                profiles: dataset.feeds_profiles(),
                ..Options::default()
            },
            dataset: Arc::new(dataset),
            inputs,
            jobs: None,
            resume: None,
        }
    }

    pub(crate) fn taken_up(ingest: &Ingest, jobs: Jobs, run: Uuid) -> Result<Self> {
        let header = jobs.header(run)?;
        let kept = header.settings;
        let dataset = Dataset::named(header.dataset, header.dataset_name);
        let mut upload = Self::new(ingest, dataset, Inputs::new());
        upload.options.on_failure = kept.on_failure;
        upload.options.partial = kept.partial;
        upload.options.diagnostics = kept.diagnostics;
        upload.options.tags = kept.tags;
        upload.options.replaces = kept.replaces;
        upload.options.limits = kept.limits;
        upload.options.allow_duplicate = kept.allow_duplicate;
        upload.options.profiles = kept.profiles;
        upload.jobs = Some(jobs);
        upload.resume = Some(run);
        Ok(upload)
    }

    /// What the files are written in. Default: what their content says.
    pub fn format(mut self, format: InputFormat) -> Self {
        self.options.format = format;
        self
    }

    /// What is done about rows that don't fit the schema. Default: nothing is sent.
    pub fn validate(mut self, validate: Validate) -> Self {
        self.options.validate = validate;
        self
    }

    /// Sets rows that don't fit aside, in a file that must not be there yet, and goes on with the others. Reasons go into
    /// `FILE.reasons.ndjson`. Default: such rows are what [`Upload::validate`] says.
    pub fn rejects(mut self, file: impl Into<PathBuf>) -> Self {
        self.options.rejects = Some(file.into());
        self
    }

    /// What a field is that the schema doesn't have. Default: a reason to refuse the row.
    pub fn unknown(mut self, unknown: OnUnknown) -> Self {
        self.options.unknown = unknown;
        self
    }

    /// How many places are told of each rule that is broken at each path; all are counted. Default: 5.
    pub fn examples(mut self, examples: usize) -> Self {
        self.options.examples = examples;
        self
    }

    /// Also replaces this batch: it becomes inactive when the data of this upload is in the dataset. All has to fit into one
    /// batch then, so that there is no moment with both or neither.
    pub fn replaces(mut self, batch: BatchId) -> Self {
        self.options.replaces.push(batch);
        // files that stay as they are go with the old batches, and come again with this one
        self.options.allow_duplicate = true;
        self
    }

    /// Sends only the rows that failed in another batch.
    pub(crate) fn repairs(mut self, repairs: Repairs) -> Self {
        self.options.repairs = Some(repairs);
        self
    }

    /// Converts files that are not Parquet to Parquet that fits the dataset's schema, before anything is sent. Their rows are
    /// checked on the way. Default: files are sent as they are.
    pub fn convert(mut self, mapping: Mapping) -> Self {
        self.options.convert = Some(Arc::new(mapping));
        self
    }

    /// What becomes of the batches if the upload fails or is cancelled. Default: they are aborted.
    pub fn on_failure(mut self, on_failure: OnFailure) -> Self {
        self.options.on_failure = on_failure;
        self
    }

    /// What becomes of the batches if it fails, as it is set.
    pub fn chosen_on_failure(&self) -> OnFailure {
        self.options.on_failure
    }

    /// Share of bad rows, in percent, up to which the platform takes the good ones. Default: none, one bad row fails the
    /// batch. Rows that don't fit are then no reason to send nothing.
    pub fn partial(mut self, percent: f64) -> Self {
        self.options.partial = Some(percent);
        self
    }

    /// Whether the platform keeps rows that fail, with their reasons. Default: no, but always with [`Upload::partial`].
    pub fn diagnostics(mut self, diagnostics: bool) -> Self {
        self.options.diagnostics = diagnostics;
        self
    }

    /// Adds a value to a tag of the batches.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options
            .tags
            .entry(key.into())
            .or_default()
            .push(value.into());
        self
    }

    /// Requests with data at once. Default: 8, or fewer if the memory is not enough.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.options.concurrency = requests.max(1);
        self
    }

    /// Bytes of file content in memory at once, in all requests together. Default: 8 MiB.
    pub fn memory(mut self, bytes: u64) -> Self {
        self.options.memory = bytes;
        self
    }

    /// How files over the size of a single request are sent. Default: split if the format allows it, in chunks otherwise.
    pub fn large_files(mut self, large_files: LargeFiles) -> Self {
        self.options.large_files = large_files;
        self
    }

    /// Whether small files are packed together, up to [`Limits::pack_bytes`]: those of the same format, directory and
    /// header or schema. Default: no.
    pub fn pack(mut self, pack: bool) -> Self {
        self.options.pack = pack;
        self
    }

    /// Whether the upload ends when the batches are final (default), or as soon as they are completed.
    pub fn wait(mut self, wait: bool) -> Self {
        self.options.wait = wait;
        self
    }

    /// Is told what happens, in the order in which it happens, by the tasks that do it: it should not block.
    pub fn on_event(mut self, tell: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.options.on_event = Some(event::OnEvent::new(tell));
        self
    }

    /// How the final state is waited for. Default: for as long as it takes.
    pub fn wait_options(mut self, options: WaitOptions) -> Self {
        self.options.waiting = options;
        self
    }

    /// Writes the run down as it goes, so that it can be [taken up again](Ingest::resume) after a crash, and refuses files
    /// that were sent into the dataset before. Default: nothing is written.
    pub fn journal(mut self, jobs: Jobs) -> Self {
        self.jobs = Some(jobs);
        self
    }

    /// Whether files are sent although their content was sent into the dataset before. Default: no. Only with a
    /// [journal](Self::journal) is it known what was.
    pub fn allow_duplicate(mut self, allow: bool) -> Self {
        self.options.allow_duplicate = allow;
        self
    }

    /// Bounds below the platform's, for example smaller batches. Default: the platform's.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// No more batches than this in any minute, hour or day, by all runs that share a [journal](Self::journal)'s directory in
    /// this sandbox; who comes later waits. Default: 138 a minute; into datasets with profiles also 90 a day, which count
    /// apart from others.
    pub fn pace(mut self, most: u32, period: Period) -> Self {
        let limits = &mut self.options.limits;
        match period {
            Period::Minute => limits.batches_per_minute = most,
            Period::Hour => limits.batches_per_hour = Some(most),
            Period::Day => limits.batches_per_day = Some(most),
        }
        self
    }

    /// The files, batches and requests that there will be. Looks at the files, asks no server; a Parquet row group that
    /// has to be written anew for [`LargeFiles::Split`] is, for the time being. Blocks.
    ///
    /// # Errors
    /// Every input that can't be sent, with its reason.
    pub fn plan(&self) -> Result<Plan> {
        let originals = gather::originals(self)?;
        let mut plan = gather::plan(self, originals.files, None, &CancellationToken::new())?;
        plan.notes.splice(0..0, originals.notes);
        Ok(plan)
    }

    /// Starts the upload in the background of the current tokio runtime.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start(self) -> UploadHandle {
        handle::start(self)
    }
}
