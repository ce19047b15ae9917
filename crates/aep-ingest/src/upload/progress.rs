//! How far an upload is.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aep_core::{BatchId, DatasetId};
use serde::Serialize;
use tokio::sync::watch;
use uuid::Uuid;

use super::event::{Event, OnEvent};
use super::pace::Wait;
use crate::BatchStatus;
use crate::source::Meter;

/// What an upload is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Looks at the files.
    #[default]
    Planning,
    /// Checks their rows.
    Validating,
    /// Sends them.
    Uploading,
    /// Says that all are there.
    Completing,
    /// Waits for the platform.
    Waiting,
    /// Is over.
    Done,
}

/// How far an upload is. A new value is published with every step: a phase, a batch, a file, the first bytes that are sent.
/// What only counts bytes is published with the next step, or when the last value is 50 ms old. A reader that is slow
/// misses some, never the last.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Progress {
    /// The run; none before it has begun.
    pub run_id: Option<Uuid>,
    /// What is being done.
    pub phase: Phase,
    /// Files in the plan.
    pub files_total: u64,
    /// Files that are on the server.
    pub files_sent: u64,
    /// Bytes in the plan.
    pub bytes_total: u64,
    /// Bytes handed to the network; goes back when a request has to start over.
    pub bytes_sent: u64,
    /// Files whose rows were checked.
    pub files_checked: u64,
    /// Bytes whose rows were checked.
    pub bytes_checked: u64,
    /// Rows that were checked.
    pub rows_checked: u64,
    /// Rows that don't fit.
    pub rows_bad: u64,
    /// Requests that were sent again.
    pub repeats: u64,
    /// The batches that were made.
    pub batches: Vec<BatchProgress>,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// A batch of a running upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchProgress {
    /// Its id.
    pub id: BatchId,
    /// Its state when it was last looked at.
    pub status: BatchStatus,
    /// What a stalled or retrying batch says about itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Readers are not woken more often than this for counts of bytes: each piece would wake them.
const PACE: Duration = Duration::from_millis(50);

/// When readers were last woken for a counter.
#[derive(Clone, Default)]
struct Pace(Arc<Mutex<Option<Instant>>>);

impl Pace {
    fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() >= PACE);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

/// Publishes progress, and tells what happens.
#[derive(Clone)]
pub(crate) struct Board {
    progress: Arc<watch::Sender<Progress>>,
    pace: Pace,
    told: Option<OnEvent>,
}

impl Board {
    pub(crate) fn new(told: Option<OnEvent>) -> (Self, watch::Receiver<Progress>) {
        let (sender, receiver) = watch::channel(Progress::default());
        let board = Self {
            progress: Arc::new(sender),
            pace: Pace::default(),
            told,
        };
        (board, receiver)
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_modify(change);
    }

    fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(told) = &self.told {
            told.tell(&event());
        }
    }

    pub(crate) fn start(&self, run: Uuid, dataset: &DatasetId) {
        self.set(|progress| progress.run_id = Some(run));
        self.tell(|| Event::Start {
            run,
            dataset: dataset.clone(),
        });
    }

    /// A change of counters, which readers need not see at once, but for the first bytes that are sent.
    pub(crate) fn count(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_if_modified(|progress| {
            let before = progress.bytes_sent;
            change(progress);
            self.pace.is_due() || (before == 0 && progress.bytes_sent > 0)
        });
    }

    pub(crate) fn phase(&self, phase: Phase) {
        tracing::debug!(?phase, "the upload goes on");
        self.set(|progress| progress.phase = phase);
        self.tell(|| Event::Phase { phase });
    }

    /// The next batch has to wait.
    pub(crate) fn wait(&self, wait: Wait) {
        self.tell(|| Event::Wait {
            seconds: u64::try_from(wait.time.as_millis().div_ceil(1000)).unwrap_or(u64::MAX),
            most: wait.rate.most,
            period: wait.rate.period,
        });
    }

    /// A file is whole on the server.
    pub(crate) fn file(&self, batch: &BatchId, file: &str, bytes: u64) {
        self.set(|progress| progress.files_sent += 1);
        self.tell(|| Event::File {
            batch: batch.clone(),
            file: file.to_owned(),
            bytes,
        });
    }

    pub(crate) fn batch(&self, id: &BatchId, status: &BatchStatus, detail: Option<String>) {
        self.tell(|| Event::Batch {
            batch: id.clone(),
            status: status.clone(),
            detail: detail.clone(),
        });
        if *status == BatchStatus::Stalled {
            self.tell(|| Event::Stalled {
                batch: id.clone(),
                detail: detail.clone(),
            });
        }
        self.set(
            |progress| match progress.batches.iter_mut().find(|batch| batch.id == *id) {
                Some(batch) => {
                    batch.status = status.clone();
                    batch.detail = detail;
                }
                None => progress.batches.push(BatchProgress {
                    id: id.clone(),
                    status: status.clone(),
                    detail,
                }),
            },
        );
    }

    /// Counts the bytes of one request that carries data of this file.
    pub(crate) fn meter(&self, batch: &BatchId, file: &str) -> Arc<dyn Meter> {
        Arc::new(Counter {
            board: self.clone(),
            batch: batch.clone(),
            file: file.into(),
            sent: AtomicU64::new(0),
            started: AtomicBool::new(false),
        })
    }
}

struct Counter {
    board: Board,
    batch: BatchId,
    file: Box<str>,
    sent: AtomicU64,
    started: AtomicBool,
}

impl Meter for Counter {
    fn restart(&self) {
        let repeat = self.started.swap(true, Ordering::Relaxed);
        let sent = self.sent.swap(0, Ordering::Relaxed);
        if repeat {
            self.board.set(|progress| {
                progress.repeats += 1;
                progress.bytes_sent = progress.bytes_sent.saturating_sub(sent);
            });
            self.board.tell(|| Event::Retry {
                batch: self.batch.clone(),
                file: self.file.to_string(),
            });
        }
    }

    fn add(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
        self.board.count(|progress| progress.bytes_sent += bytes);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn counters_wake_readers_now_and_then_and_steps_at_once() {
        let (board, mut receiver) = Board::new(None);
        let wakes = |receiver: &mut watch::Receiver<Progress>| {
            let woken = receiver.has_changed().unwrap_or_default();
            receiver.mark_unchanged();
            woken
        };
        board.count(|progress| progress.bytes_sent += 1);
        assert!(wakes(&mut receiver), "the first one");
        *board.pace.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        board.count(|progress| progress.bytes_sent += 1);
        board.phase(Phase::Completing);
        assert!(wakes(&mut receiver), "a step");
        assert_eq!(receiver.borrow().bytes_sent, 2);
    }

    #[test]
    fn a_request_that_starts_over_takes_its_bytes_back() {
        let batch = BatchId::new("b").unwrap();
        let events: Arc<Mutex<Vec<Event>>> = Arc::default();
        let log = Arc::clone(&events);
        let told = OnEvent::new(move |event| log.lock().unwrap().push(event.clone()));
        let (board, receiver) = Board::new(Some(told));
        let (first, second) = (board.meter(&batch, "f"), board.meter(&batch, "g"));
        first.restart();
        first.add(10);
        second.restart();
        second.add(5);
        first.restart();
        first.add(3);
        assert_eq!(receiver.borrow().bytes_sent, 8);
        assert_eq!(receiver.borrow().repeats, 1);
        let retry = Event::Retry {
            batch,
            file: "f".to_owned(),
        };
        assert_eq!(*events.lock().unwrap(), [retry]);
    }
}
