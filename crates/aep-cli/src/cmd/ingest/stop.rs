//! The first Ctrl-C: stop watching, or detach or abort what is being sent.

use std::io::{self, BufRead};

use aep_ingest::UploadHandle;
use aep_ingest::upload::{Phase, Progress};
use tokio::sync::oneshot;

use crate::context::Context;
use crate::output::Messages;
use crate::prompt;

/// What a person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Detach,
    Abort,
}

/// How far the stopping is.
#[derive(Debug, Default)]
pub(super) enum Stop {
    /// Nobody has asked for it.
    #[default]
    Not,
    /// A person is asked how.
    Asking(oneshot::Receiver<Answer>),
    /// It is being done.
    Stopping,
}

impl Stop {
    pub(super) const fn is_asking(&self) -> bool {
        matches!(self, Self::Asking(_))
    }

    pub(super) const fn is_stopping(&self) -> bool {
        !matches!(self, Self::Not)
    }

    /// Answers the first Ctrl-C. While a person is asked the upload goes on.
    pub(super) fn begin(
        &mut self,
        handle: &UploadHandle,
        now: &Progress,
        keeps: bool,
        ctx: &Context,
    ) {
        let again = "Ctrl-C again ends at once";
        *self = Self::Stopping;
        if now.phase >= Phase::Waiting {
            ctx.messages
                .note("interrupted: the platform has everything and goes on; nobody watches it");
            handle.cancel();
        } else if keeps {
            ctx.messages
                .note(&format!("interrupted: keeping the open batches; {again}"));
            handle.cancel();
        } else if prompt::somebody_there() && !ctx.dry_run() && !now.batches.is_empty() {
            Messages::ask(&format!(
                "interrupted: detach (it can be taken up again) or abort? [D/a] ({again}) "
            ));
            let (tell, answer) = oneshot::channel();
            // Not a task of the runtime, which would wait for it in the end.
            std::thread::spawn(move || {
                // Whoever asked may be gone: then the answer does not matter.
                let _ = tell.send(ask());
            });
            *self = Self::Asking(answer);
        } else {
            ctx.messages
                .note(&format!("interrupted: aborting the open batches; {again}"));
            handle.cancel();
        }
    }

    /// Does what was answered, as soon as it is; never ends if nobody was asked.
    pub(super) async fn answered(&mut self, handle: &UploadHandle, ctx: &Context) {
        let Self::Asking(answer) = self else {
            return std::future::pending().await;
        };
        // A question that got no answer destroys nothing.
        match answer.await.unwrap_or(Answer::Detach) {
            Answer::Detach => {
                ctx.messages
                    .note("detaching: what is on the server stays there");
                handle.detach();
            }
            Answer::Abort => {
                ctx.messages.note("aborting the open batches");
                handle.cancel();
            }
        }
        *self = Self::Stopping;
    }
}

fn ask() -> Answer {
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    match (read, answer.trim().to_ascii_lowercase().as_str()) {
        (Ok(_), "a" | "abort") => Answer::Abort,
        _ => Answer::Detach,
    }
}

/// What a second Ctrl-C leaves on the server, and how to come back to it.
pub(super) fn remains(now: &Progress) -> String {
    let ids: Vec<String> = now
        .batches
        .iter()
        .map(|batch| batch.id.to_string())
        .collect();
    match (ids.is_empty(), now.phase) {
        (true, _) => "nothing was created on the server".to_owned(),
        (false, Phase::Waiting | Phase::Done) => {
            format!(
                "the platform goes on with {0}; `aep batch wait {1}` watches it",
                ids.join(", "),
                ids.join(" ")
            )
        }
        (false, _) => {
            let resume = now
                .run_id
                .map(|run| format!("`aep job resume {run}` goes on, "))
                .unwrap_or_default();
            format!(
                "left open on the server: {0}; {resume}`aep batch abort {1}` gives it up",
                ids.join(", "),
                ids.join(" ")
            )
        }
    }
}
