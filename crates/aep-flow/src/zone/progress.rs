//! A running transfer.

use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Instrument;

/// How far a transfer is. A new value is published with every change; a reader that is slow misses some, never the last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TransferProgress {
    /// Files to transfer; 0 until that is known.
    pub files_total: u64,
    /// Files that are there.
    pub files_done: u64,
    /// Bytes to transfer; 0 until that is known.
    pub bytes_total: u64,
    /// Bytes that are there, those of an earlier try included.
    pub bytes_done: u64,
    /// Of these, bytes that an earlier try had sent.
    pub bytes_kept: u64,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// A running transfer.
///
/// [`cancel`](Self::cancel) stops it: requests in flight are dropped. Nothing half-written is visible in the store, and the
/// journal stays, so that the same put goes on where this one stopped. Dropping the handle cancels as well.
#[derive(Debug)]
pub struct Transfer<R> {
    progress: watch::Receiver<TransferProgress>,
    cancel: CancellationToken,
    task: JoinHandle<Result<R>>,
    _guard: DropGuard,
}

impl<R: Send + 'static> Transfer<R> {
    pub(super) fn start<F, Fut>(span: tracing::Span, run: F) -> Self
    where
        F: FnOnce(Board, CancellationToken) -> Fut,
        Fut: Future<Output = Result<R>> + Send + 'static,
    {
        let (sender, progress) = watch::channel(TransferProgress::default());
        let cancel = CancellationToken::new();
        let stop = cancel.clone();
        let work = run(Board(Arc::new(sender)), cancel.clone());
        let task = tokio::spawn(
            async move {
                tokio::select! {
                    biased;
                    () = stop.cancelled() => Err(cancelled()),
                    done = work => done,
                }
            }
            .instrument(span),
        );
        let guard = cancel.clone().drop_guard();
        Self {
            progress,
            cancel,
            task,
            _guard: guard,
        }
    }

    /// How far it is; the channel closes when it is over.
    pub fn progress(&self) -> watch::Receiver<TransferProgress> {
        self.progress.clone()
    }

    /// Stops it. To be followed by [`join`](Self::join).
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Something that cancels it from elsewhere, for example when a signal arrives.
    pub fn canceller(&self) -> impl Fn() + Send + Sync + Clone + 'static {
        let cancel = self.cancel.clone();
        move || cancel.cancel()
    }

    /// Waits for the end.
    ///
    /// # Errors
    ///
    /// What went wrong; [`ErrorKind::Cancelled`] if it was stopped.
    pub async fn join(self) -> Result<R> {
        self.task.await.map_err(|stopped| {
            Error::new(ErrorKind::Other, "finish the transfer").because(stopped)
        })?
    }
}

fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "finish the transfer")
        .because("it was stopped; nothing half-written is visible in the store")
        .hint("run the same again: a put goes on where it stopped")
}

/// Publishes progress.
#[derive(Debug, Clone)]
pub(super) struct Board(Arc<watch::Sender<TransferProgress>>);

impl Board {
    pub(super) fn set(&self, change: impl FnOnce(&mut TransferProgress)) {
        self.0.send_modify(change);
    }

    pub(super) fn expect(&self, files: u64, bytes: u64) {
        self.set(|progress| {
            progress.files_total += files;
            progress.bytes_total += bytes;
        });
    }

    pub(super) fn add(&self, bytes: u64) {
        self.set(|progress| progress.bytes_done += bytes);
    }

    /// Bytes that need not be sent.
    pub(super) fn keep(&self, bytes: u64) {
        self.set(|progress| {
            progress.bytes_done += bytes;
            progress.bytes_kept += bytes;
        });
    }

    pub(super) fn file(&self) {
        self.set(|progress| progress.files_done += 1);
    }

    pub(super) fn note(&self, text: impl Into<String>) {
        let text = text.into();
        tracing::info!("{text}");
        self.set(|progress| progress.notes.push(text));
    }
}
