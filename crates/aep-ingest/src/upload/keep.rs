//! What a run keeps on disk: its journal, and the ledger of what was sent.

use std::path::PathBuf;
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};

use super::BatchReport;
use super::batches::number;
use super::record::Record;
use super::run::{Course, Run};
use crate::jobs::{self, Delivered, End, Header, Jobs, Kept, Line, VERSION, blocking};

impl Run {
    /// Begins the journal, and has the plan on disk.
    pub(super) async fn write_down(&mut self, course: &Course) -> Result<()> {
        let Some(jobs) = self.upload.jobs.clone() else {
            return Ok(());
        };
        let header = self.header(course);
        let (plan, rows) = (Arc::clone(&course.plan), course.rows);
        let journal = blocking(move || {
            jobs.prune();
            let journal = jobs.begin(&header)?;
            journal.plan(&plan, rows)?;
            Ok(journal)
        })
        .await?;
        let delivered = Delivered::none(course.plan.files());
        self.record = Some(Arc::new(Record::new(Arc::new(journal), delivered)));
        Ok(())
    }

    /// A directory for files that are made for the run: with the journal if one is kept, so that the run can be taken up
    /// again, else one that goes with the run.
    pub(super) async fn spool(&mut self) -> Result<PathBuf> {
        if let Some(jobs) = self.upload.jobs.clone() {
            let run = self.id;
            return blocking(move || jobs.spool(run)).await;
        }
        let scratch = match self.scratch.take() {
            Some(scratch) => scratch,
            None => {
                blocking(|| {
                    tempfile::Builder::new()
                        .prefix("aep-run-")
                        .tempdir()
                        .map_err(|error| {
                            Error::new(ErrorKind::Io, "make room for files of the run")
                                .because(error)
                        })
                })
                .await?
            }
        };
        let path = scratch.path().to_owned();
        self.scratch = Some(scratch);
        Ok(path)
    }

    /// Keeps what was read from a stream with the run.
    pub(super) async fn settle(&mut self) -> Result<()> {
        if self.upload.jobs.is_none() || !self.upload.inputs.has_spooled() {
            return Ok(());
        }
        let spool = self.spool().await?;
        let mut inputs = self.upload.inputs.clone();
        self.upload.inputs = blocking(move || {
            inputs.settle(&spool)?;
            Ok(inputs)
        })
        .await?;
        Ok(())
    }

    fn header(&self, course: &Course) -> Header {
        let settings = self.upload.ingest.client().settings();
        let options = &self.upload.options;
        let dataset = &self.upload.dataset;
        Header {
            version: VERSION,
            run: self.id,
            started: jobs::now(),
            directory: std::env::current_dir().unwrap_or_default().into(),
            gateway: settings.base_url.as_str().to_owned(),
            org: settings.org.to_string(),
            sandbox: settings.sandbox.as_ref().map(ToString::to_string),
            dataset: dataset.id.clone(),
            dataset_name: dataset.name.clone(),
            rejected: self.rejected.clone(),
            settings: Kept {
                on_failure: options.on_failure,
                partial: options.partial,
                diagnostics: options.diagnostics,
                tags: options.tags.clone(),
                replaces: options.replaces.clone(),
                limits: course.plan.limits,
                allow_duplicate: options.allow_duplicate,
                profiles: options.profiles,
            },
        }
    }

    /// Writes a line that may be lost with the machine.
    pub(super) fn append(&self, line: &Line) -> Result<()> {
        self.record
            .as_ref()
            .map_or(Ok(()), |record| record.journal.append(line))
    }

    /// Writes a line that must not be lost, before what it announces.
    pub(super) async fn commit(&self, line: Line) -> Result<()> {
        match &self.record {
            Some(record) => record.journal.commit(line).await,
            None => Ok(()),
        }
    }

    /// Writes down how the run ended. If nothing is left to do the journal becomes small; if nothing was ever done it goes.
    pub(super) async fn put_down(&mut self, error: Option<&Error>, elapsed_ms: u64) {
        let Some(jobs) = self.upload.jobs.clone() else {
            return;
        };
        let Some(record) = self.record.take() else {
            if self.upload.resume.is_none() {
                let run = self.id;
                let _ = blocking(move || {
                    jobs.forget(run);
                    Ok(())
                })
                .await;
            }
            return;
        };
        let nothing = self.upload.resume.is_none() && self.batches.is_empty() && !self.uncertain;
        if let Err(error) = self.end(jobs, &record, nothing, error, elapsed_ms).await {
            self.note([format!(
                "the end of the run could not be written down: {}",
                error.report()
            )]);
        }
    }

    async fn end(
        &self,
        jobs: Jobs,
        record: &Record,
        nothing: bool,
        error: Option<&Error>,
        elapsed_ms: u64,
    ) -> Result<()> {
        let (run, journal) = (self.id, Arc::clone(&record.journal));
        if nothing || self.dry {
            return blocking(move || {
                drop(journal);
                jobs.forget(run);
                Ok(())
            })
            .await;
        }
        let over = self.batches.iter().all(|batch| batch.status.is_terminal());
        let finished = over
            && !self.batches.is_empty()
            && (error.is_some() || self.batches.len() == self.planned);
        let end = End {
            at: jobs::now(),
            status: super::ReportStatus::of(&self.batches),
            elapsed_ms,
            error: error.map(|error| error.report().to_string()),
            finished,
        };
        let outcomes: Vec<(u32, BatchReport)> = self
            .batches
            .iter()
            .enumerate()
            .filter(|(_, report)| report.status.is_terminal())
            .map(|(index, report)| (number(index), report.clone()))
            .collect();
        blocking(move || {
            if !finished {
                for (batch, report) in outcomes {
                    journal.append(&Line::Outcome { batch, report })?;
                }
                return journal.append(&Line::End(Box::new(end)));
            }
            journal.close(&outcomes, end)
        })
        .await
    }
}
