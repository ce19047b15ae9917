//! What a journal amounts to when it is read from its beginning.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, Read};
use std::path::Path;

use aep_core::{BatchId, Error, ErrorKind, Result};

use super::Hash;
use super::line::{End, Header, Line, VERSION};
use crate::BatchStatus;
use crate::plan::{Plan, PlannedBatch};
use crate::upload::BatchReport;

/// Longer lines are no lines of ours: the longest is a file that is packed from some ten thousand others.
const LONGEST: u64 = 64 * 1024 * 1024;

/// What is known of a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) header: Header,
    pub(crate) plan: Plan,
    /// Whether the plan is whole. If not, nothing was asked of the server.
    pub(crate) planned: bool,
    /// Rows that were counted in the files, if all of them are good.
    pub(crate) rows: Option<u64>,
    /// What is known of the batches, in the order of the plan.
    pub(crate) batches: Vec<BatchState>,
    /// What of the files the server has.
    pub(crate) delivered: Delivered,
    /// Whether the contents are in the ledger.
    pub(crate) claimed: bool,
    pub(crate) end: Option<End>,
}

/// What is known of a batch.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct BatchState {
    /// The id it was asked for with; none before.
    pub(crate) external_id: Option<String>,
    pub(crate) id: Option<BatchId>,
    /// Whether its completion was about to be asked for.
    pub(crate) completing: bool,
    /// Whether the server knows that it is complete.
    pub(crate) completed: bool,
    pub(crate) outcome: Option<BatchReport>,
}

impl BatchState {
    /// Its state, as far as the run knows.
    pub(crate) fn status(&self) -> BatchStatus {
        match &self.outcome {
            Some(report) => report.status.clone(),
            None if self.completed => BatchStatus::Loaded,
            None => BatchStatus::Loading,
        }
    }
}

/// What of the files the server has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Delivered {
    /// The hashes of the files that it has, by their number.
    pub(crate) sent: Vec<Option<Hash>>,
    /// The large files that were opened, with the parts that it has taken, by their first byte.
    pub(crate) open: HashMap<u32, BTreeMap<u64, Hash>>,
}

impl Delivered {
    /// Nothing yet of this many files.
    pub(crate) fn none(files: usize) -> Self {
        Self {
            sent: vec![None; files],
            open: HashMap::new(),
        }
    }

    /// The hash of a file that the server has.
    pub(crate) fn of(&self, file: u32) -> Option<Hash> {
        self.sent.get(index(file)).copied().flatten()
    }

    /// Notes that the server has a file; false if there is no such file.
    pub(crate) fn is_sent(&mut self, file: u32, hash: Hash) -> bool {
        self.open.remove(&file);
        self.sent
            .get_mut(index(file))
            .map(|sent| *sent = Some(hash))
            .is_some()
    }
}

/// A number as an index.
pub(crate) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Reads a journal; answers what it says, and how many bytes of it count. A last line that was torn off does not.
pub(crate) fn read(mut journal: impl BufRead, path: &Path) -> Result<(State, u64)> {
    let mut state: Option<State> = None;
    let (mut good, mut number) = (0, 0_u64);
    let mut text = Vec::new();
    loop {
        text.clear();
        let read = journal
            .by_ref()
            .take(LONGEST)
            .read_until(b'\n', &mut text)
            .map_err(|error| unreadable(path, &error))?;
        if text.last() != Some(&b'\n') && (read as u64) < LONGEST {
            break;
        }
        number += 1;
        let damaged = |why: &dyn std::fmt::Display| damaged(path, number, why);
        let line: Line = serde_json::from_slice(&text).map_err(|error| damaged(&error))?;
        match (&mut state, line) {
            (None, Line::Run(header)) if header.version == VERSION => {
                state = Some(State::new(*header));
            }
            (None, Line::Run(header)) => return Err(other_version(path, header.version)),
            (None, _) => return Err(damaged(&"it does not begin with its run")),
            (Some(state), line) => state.take(line).map_err(|why| damaged(&why))?,
        }
        good += read as u64;
    }
    match state {
        Some(state) => Ok((state, good)),
        None => Err(
            Error::new(ErrorKind::NotFound, "read the journal of the job")
                .with("journal", path.display())
                .because("it was interrupted before its first line was written: nothing was sent")
                .hint("`aep job remove` takes it away; run the command again"),
        ),
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, "read the journal of the job")
        .with("journal", path.display())
        .because(error.to_string())
}

fn damaged(path: &Path, line: u64, why: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Protocol, "read the journal of the job")
        .with("journal", path.display())
        .with("line", line)
        .because(format!("it is damaged: {why}"))
        .hint("nothing was sent; `aep batch list --status loading` shows batches that are open, `aep job remove` takes the journal away")
}

fn other_version(path: &Path, version: u32) -> Error {
    Error::new(ErrorKind::Config, "read the journal of the job")
        .with("journal", path.display())
        .because(format!(
            "it is of version {version}, this aep writes and reads version {VERSION}"
        ))
        .hint("go on with the aep that began the job")
}

impl State {
    fn new(header: Header) -> Self {
        let plan = Plan {
            limits: header.settings.limits,
            ..Plan::default()
        };
        Self {
            header,
            plan,
            planned: false,
            rows: None,
            batches: Vec::new(),
            delivered: Delivered::default(),
            claimed: false,
            end: None,
        }
    }

    /// The number of the first file of a batch.
    pub(crate) fn first_file(&self, batch: usize) -> usize {
        let before = self.plan.batches.iter().take(batch);
        before.map(|batch| batch.files.len()).sum()
    }

    /// Files of a batch that the server has, and their bytes.
    pub(crate) fn sent(&self, batch: usize) -> (u64, u64) {
        let first = self.first_file(batch);
        let planned = self.plan.batches.get(batch).into_iter();
        let files = planned.flat_map(|batch| &batch.files);
        files
            .zip(self.delivered.sent.iter().skip(first))
            .filter(|(_, sent)| sent.is_some())
            .fold((0, 0), |(files, bytes), (file, _)| {
                (files + 1, bytes + file.size())
            })
    }

    fn take(&mut self, line: Line) -> Result<(), &'static str> {
        match line {
            Line::Run(_) => return Err("it has two beginnings"),
            Line::Batch { .. } | Line::File(_) if self.planned => {
                return Err("the plan goes on after its end");
            }
            Line::Batch { format } => {
                self.plan.batches.push(PlannedBatch {
                    format,
                    files: Vec::new(),
                    bytes: 0,
                });
                self.batches.push(BatchState::default());
            }
            Line::File(file) => {
                let batch = self.plan.batches.last_mut().ok_or("a file has no batch")?;
                batch.bytes = batch.bytes.saturating_add(file.size());
                batch.files.push(file);
                self.delivered.sent.push(None);
            }
            Line::Planned { files, bytes, rows } => {
                if files != self.plan.files() as u64 || bytes != self.plan.bytes() {
                    return Err("the plan misses files");
                }
                self.planned = true;
                self.rows = rows;
            }
            Line::Resumed { .. } => self.end = None,
            Line::Create { batch, external_id } => {
                self.batch(batch)?.external_id = Some(external_id);
            }
            Line::Created { batch, id } => self.batch(batch)?.id = Some(id),
            Line::Opened { file } => {
                self.check(file)?;
                self.delivered.open.insert(file, BTreeMap::new());
            }
            Line::Part { file, start, hash } => {
                let open = self.delivered.open.get_mut(&file);
                open.ok_or("a part is of a file that is not open")?
                    .insert(start, hash);
            }
            Line::Sent { file, hash } => {
                self.check(file)?;
                self.delivered.is_sent(file, hash);
            }
            Line::Claimed => self.claimed = true,
            Line::Complete { batch } => self.batch(batch)?.completing = true,
            Line::Completed { batch } => self.batch(batch)?.completed = true,
            Line::Outcome { batch, report } => self.batch(batch)?.outcome = Some(report),
            Line::End(end) => self.end = Some(*end),
        }
        Ok(())
    }

    fn batch(&mut self, number: u32) -> Result<&mut BatchState, &'static str> {
        let batch = self.batches.get_mut(index(number));
        batch.ok_or("it names a batch that is not in the plan")
    }

    fn check(&self, file: u32) -> Result<(), &'static str> {
        let known = index(file) < self.delivered.sent.len();
        known
            .then_some(())
            .ok_or("it names a file that is not in the plan")
    }
}
