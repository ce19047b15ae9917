//! What becomes of the batches of an upload that failed.

use std::sync::atomic::Ordering;

use aep_core::{Error, ErrorKind};

use super::run::Run;
use super::send::is_dry_run;
use crate::BatchStatus;

impl Run {
    /// Puts the server in order after a failure, and says what stays there.
    pub(super) async fn clean_up(&mut self, error: Error) -> Error {
        if self.dry {
            self.batches.clear();
            return if is_dry_run(&error) {
                error
            } else {
                error.hint("this was a dry run: nothing was sent")
            };
        }
        if self.batches.is_empty() {
            self.put_back();
            return error;
        }
        if self.hands_off {
            return error;
        }
        let error =
            if self.control.keep.load(Ordering::Relaxed) && error.kind() == ErrorKind::Cancelled {
                Error::new(ErrorKind::Cancelled, "finish the upload")
                    .because("it was interrupted; what is on the server stays there")
            } else {
                error
            };
        let (batches, keeps) = (self.upload.ingest.batches(), self.keeps());
        let mut stays = Vec::new();
        let mut aborted = Vec::new();
        let mut failures = Vec::new();
        for report in &mut self.batches {
            let id = report.id.clone();
            if report.status != BatchStatus::Loading {
                stays.push(format!("{id} ({})", report.status));
            } else if keeps {
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
        if stays.is_empty() {
            self.put_back();
        }
        let said = said(error, &stays, &aborted, &failures);
        self.advised(said, &stays)
    }

    /// Takes away rows that were set aside: nothing was sent, and the next try sets them aside again.
    fn put_back(&mut self) {
        if let Some(rejected) = self.rejected.take() {
            rejected.remove();
        }
    }

    /// The error with what to do next.
    fn advised(&self, error: Error, stays: &[String]) -> Error {
        let Some(first) = stays.first().and_then(|stay| stay.split(' ').next()) else {
            return error;
        };
        let open = stays.iter().any(|stay| stay.contains("(open"));
        let next = match (&self.record, open) {
            (Some(_), true) => format!(
                "`aep ingest --resume {0}` goes on where it stopped, `aep job remove {0}` gives it up",
                self.id
            ),
            (Some(_), false) => format!(
                "the platform goes on with what is completed; `aep job resume {}` waits for the end and reports it",
                self.id
            ),
            (None, true) => format!(
                "go on by hand with `aep batch put {first}` and `aep batch complete {first}`, or give up with `aep batch abort {first}`"
            ),
            (None, false) => format!(
                "the platform goes on with what is completed; `aep batch wait {first}` watches it"
            ),
        };
        match error.hint_text() {
            Some(own) if self.record.is_some() => {
                let both = format!("{own}; {next}");
                error.hint(both)
            }
            _ => error.hint(next),
        }
    }
}

/// The error with what became of the batches.
fn said(mut error: Error, stays: &[String], aborted: &[String], failures: &[String]) -> Error {
    if !aborted.is_empty() {
        error = error.with("aborted", aborted.join(", "));
    }
    if !failures.is_empty() {
        error = error.with("aborting failed", failures.join("; "));
    }
    if !stays.is_empty() {
        error = error.with("stays on the server", stays.join(", "));
    }
    error
}
