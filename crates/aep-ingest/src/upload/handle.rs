//! A running upload.

use std::sync::atomic::Ordering;

use aep_core::{Error, ErrorKind, Result};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::DropGuard;
use tracing::Instrument;

use super::progress::Board;
use super::run::Control;
use super::{Progress, Report, Upload, run};

/// A running upload.
///
/// [`cancel`](Self::cancel) stops it: requests in flight are dropped, open batches are aborted (or kept, see
/// [`OnFailure`](super::OnFailure)), and [`join`](Self::join) says what stays on the server. Dropping the handle cancels
/// as well, but nobody learns what became of it, and if the runtime ends at once the batches stay open. Once the batches
/// are completed the platform goes on with them, whatever happens here.
#[derive(Debug)]
pub struct UploadHandle {
    progress: watch::Receiver<Progress>,
    control: Control,
    task: JoinHandle<Outcome>,
    _guard: DropGuard,
}

/// What came of an upload: the report, and the error if it did not get to its end.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What is known about the batches, also of an upload that failed.
    pub report: Report,
    /// Why it did not get to its end. Its context says what stays on the server.
    pub error: Option<Error>,
}

pub(super) fn start(upload: Upload) -> UploadHandle {
    let (board, progress) = Board::new(upload.options.on_event.clone());
    let control = Control::default();
    let span = tracing::info_span!("aep.upload", dataset = %upload.dataset.id);
    let task = tokio::spawn(run::run(upload, board, control.clone()).instrument(span));
    let guard = control.cancel.clone().drop_guard();
    UploadHandle {
        progress,
        control,
        task,
        _guard: guard,
    }
}

impl UploadHandle {
    /// How far it is; the channel closes when it is over.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// Stops it as soon as the server's side is in order again. To be followed by [`join`](Self::join).
    pub fn cancel(&self) {
        self.control.cancel.cancel();
    }

    /// Stops it as [`cancel`](Self::cancel) does, but keeps open batches with the files that they have, whatever
    /// [`OnFailure`](super::OnFailure) says. With a [journal](Upload::journal) the run can be
    /// [taken up again](crate::Ingest::resume).
    pub fn detach(&self) {
        self.control.keep.store(true, Ordering::Relaxed);
        self.control.cancel.cancel();
    }

    /// Something that cancels it from elsewhere, for example when a signal arrives.
    pub fn canceller(&self) -> impl Fn() + Send + Sync + Clone + 'static {
        let cancel = self.control.cancel.clone();
        move || cancel.cancel()
    }

    /// Waits for the end. A batch that the platform refused is part of the report, not an error.
    ///
    /// # Errors
    /// What went wrong before the platform had all files, with what stays on the server;
    /// [`ErrorKind::Cancelled`]; [`ErrorKind::Timeout`] if the platform takes too long.
    pub async fn join(self) -> Result<Report> {
        let Outcome { report, error } = self.outcome().await?;
        error.map_or(Ok(report), Err)
    }

    /// Waits for the end, and answers the report also of an upload that failed.
    ///
    /// # Errors
    /// Only if the upload itself broke down.
    pub async fn outcome(self) -> Result<Outcome> {
        self.task
            .await
            .map_err(|stopped| Error::new(ErrorKind::Other, "finish the upload").because(stopped))
    }
}
