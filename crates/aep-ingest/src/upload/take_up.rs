//! Going on with a run that an earlier process did not bring to its end.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use aep_core::{BatchId, Error, ErrorKind, Result, SandboxName};

use super::batches::number;
use super::record::Record;
use super::run::{Course, Run, Stage};
use crate::jobs::{self, BatchState, Line, State, blocking};
use crate::{Batch, BatchStatus};

/// Files that are named in a message.
const NAMED: usize = 20;

/// The pauses before each look for a batch that was made.
const BEHIND: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_secs(2),
];

impl Run {
    /// What is left to do; none if the run is over.
    pub(super) async fn take_up(&mut self) -> Result<Option<Course>> {
        let Some(jobs) = self.upload.jobs.clone() else {
            return Err(self.refused("it is not known where runs are written down"));
        };
        let run = self.id;
        let (journal, mut state) = blocking(move || jobs.open(run)).await?;
        self.rejected = state.header.rejected.take();
        if let Some(end) = state.end.take_if(|end| end.finished) {
            self.batches = state
                .batches
                .into_iter()
                .filter_map(|batch| batch.outcome)
                .collect();
            return match end.error {
                None => Ok(None),
                Some(why) => Err(self
                    .refused(format!("the run is over. It ended with: {why}"))
                    .hint(
                        "run the command again with the same files: what did not land is sent anew",
                    )),
            };
        }
        self.is_at_home(&state)?;
        if !state.planned {
            return Err(self.refused(jobs::UNPLANNED).hint(format!(
                "`aep job remove {run}` takes it away; run the command again"
            )));
        }
        let set_aside = self.rejected.as_ref().map_or(0, |rejected| rejected.rows);
        self.board.set(|progress| {
            progress.rows_bad = set_aside;
            progress.files_total = state.plan.files() as u64;
            progress.bytes_total = state.plan.bytes();
        });
        self.upload.ingest.guard().await?;
        let journal = Arc::new(journal);
        journal.append(&Line::Resumed { at: jobs::now() })?;
        for batch in &mut state.plan.batches {
            for file in &mut batch.files {
                file.content.below(&state.header.directory);
            }
        }
        self.record = Some(Arc::new(Record::new(
            journal,
            std::mem::take(&mut state.delivered),
        )));
        let course = self.look_around(state).await?;
        self.unchanged(&course).await?;
        if !course.claimed {
            self.compare(&course).await?;
        }
        Ok(Some(course))
    }

    fn refused(&self, why: impl Into<String>) -> Error {
        Error::new(ErrorKind::Conflict, "take up the run again")
            .with("run", self.id)
            .because(why.into())
    }

    /// Whether this is the organisation and sandbox of the run.
    fn is_at_home(&self, state: &State) -> Result<()> {
        let settings = self.upload.ingest.client().settings();
        let here = (
            settings.org.as_str(),
            settings.sandbox.as_ref().map(SandboxName::as_str),
        );
        let there = (state.header.org.as_str(), state.header.sandbox.as_deref());
        if here == there {
            return Ok(());
        }
        let named = |(org, sandbox): (&str, Option<&str>)| match sandbox {
            Some(sandbox) => format!("sandbox {sandbox} of {org}"),
            None => org.to_owned(),
        };
        Err(self
            .refused(format!(
                "it sends to {}, this is {}",
                named(there),
                named(here)
            ))
            .hint("choose the profile and sandbox that the run was started with"))
    }

    /// Looks at every batch that was asked for.
    async fn look_around(&mut self, state: State) -> Result<Course> {
        let mut stages = Vec::with_capacity(state.batches.len());
        let mut gone = Vec::new();
        for (index, known) in state.batches.iter().enumerate() {
            let Some(batch) = self.find(index, known).await? else {
                stages.push(Stage::Unmade);
                continue;
            };
            self.begun(batch.id.clone(), &batch.status);
            let (files, bytes) = self.sent(&state, index);
            if let Some(report) = self.batches.get_mut(index) {
                report.files = files;
                report.bytes = bytes;
                report.finish(&batch);
            }
            let planned = state
                .plan
                .batches
                .get(index)
                .map_or(0, |batch| batch.files.len() as u64);
            match &batch.status {
                BatchStatus::Loading => stages.push(Stage::Open),
                BatchStatus::Failure if known.completing => stages.push(Stage::Completed),
                status if status.left_nothing() => {
                    gone.push(format!("{} ({status}: {})", batch.id, status.meaning()));
                    stages.push(Stage::Completed);
                }
                status if files < planned => {
                    return Err(self
                        .refused(format!(
                            "batch {} is {status}, although only {files} of its {planned} files were sent: somebody else has completed it",
                            batch.id
                        ))
                        .hint(format!("`aep batch get {}` shows it; `aep job remove {}` gives the run up", batch.id, self.id)));
                }
                _ => {
                    if !known.completed {
                        self.append(&Line::Completed {
                            batch: number(index),
                        })?;
                    }
                    stages.push(Stage::Completed);
                }
            }
        }
        if !gone.is_empty() {
            return Err(self.dead(&gone));
        }
        let sent: u64 = self.batches.iter().map(|batch| batch.files).sum();
        let files = state.plan.files();
        self.note([format!(
            "run {} goes on: {sent} of {files} files are on the server",
            self.id
        )]);
        Ok(Course {
            plan: Arc::new(state.plan),
            rows: state.rows,
            stages,
            claimed: state.claimed,
        })
    }

    /// The error for batches that can't be filled any more.
    fn dead(&self, gone: &[String]) -> Error {
        let open = self
            .batches
            .iter()
            .filter(|batch| batch.status == BatchStatus::Loading)
            .count();
        let rest = if open > 0 {
            format!("`aep job remove {}` gives the rest up, then run", self.id)
        } else {
            "run".to_owned()
        };
        self.refused(format!("a batch of it has come to its end: {}", gone.join(", ")))
            .hint(format!("{rest} the command again with the same files: what is in the dataset already is not sent twice"))
    }

    fn sent(&self, state: &State, batch: usize) -> (u64, u64) {
        let Some(record) = &self.record else {
            return (0, 0);
        };
        let first = state.first_file(batch);
        let planned = state.plan.batches.get(batch);
        planned
            .into_iter()
            .flat_map(|batch| &batch.files)
            .enumerate()
            .filter(|(index, _)| record.hash(number(first + index)).is_some())
            .fold((0, 0), |(files, bytes), (_, file)| {
                (files + 1, bytes + file.size())
            })
    }

    /// A batch that was asked for; its id may not be known yet. None if it was not made.
    async fn find(&self, index: usize, known: &BatchState) -> Result<Option<Batch>> {
        let batches = self.upload.ingest.batches();
        if let Some(id) = &known.id {
            // Catalog may not know yet what was just made
            for pause in BEHIND {
                tokio::time::sleep(pause).await;
                if let Some(batch) = batches.look(id).await? {
                    return Ok(Some(batch));
                }
            }
            return Err(self.lost(id));
        }
        let Some(external_id) = &known.external_id else {
            return Ok(None);
        };
        let tag = [self.id.to_string(), (index + 1).to_string()];
        let found = batches.find_made(external_id, &tag).await?;
        if let Some(batch) = &found {
            self.append(&Line::Created {
                batch: number(index),
                id: batch.id.clone(),
            })?;
        }
        Ok(found)
    }

    fn lost(&self, id: &BatchId) -> Error {
        self.refused(format!("the platform does not know its batch {id}"))
            .hint("is this the platform that the run was started with? `aep batch list` shows its batches")
    }

    /// Fails if a file that is still needed is not what it was.
    async fn unchanged(&self, course: &Course) -> Result<()> {
        let mut origins = Vec::new();
        let mut seen = HashSet::new();
        let mut first = 0;
        for (batch, stage) in course.plan.batches.iter().zip(&course.stages) {
            for (index, file) in batch.files.iter().enumerate() {
                let sent = self
                    .record
                    .as_ref()
                    .is_some_and(|record| record.hash(number(first + index)).is_some());
                if *stage != Stage::Completed && !sent {
                    let new = file
                        .content
                        .origins()
                        .iter()
                        .filter(|origin| seen.insert(Arc::clone(&origin.path)));
                    origins.extend(new.cloned());
                }
            }
            first += batch.files.len();
        }
        let changed = blocking(move || {
            Ok(origins
                .into_iter()
                .filter_map(|origin| {
                    let why = origin.change()?;
                    Some(format!("{}: {why}", origin.path.display()))
                })
                .collect::<Vec<String>>())
        })
        .await?;
        if changed.is_empty() {
            return Ok(());
        }
        let mut lines: Vec<String> = changed.iter().take(NAMED).cloned().collect();
        if changed.len() > NAMED {
            lines.push(format!("and {} more files", changed.len() - NAMED));
        }
        Err(self
            .refused(format!(
                "files that it still has to send are not what they were:\n{}",
                lines.join("\n")
            ))
            .hint(format!(
                "nothing was sent; put the files back as they were, or give the run up with `aep job remove {}` and start anew",
                self.id
            )))
    }
}
