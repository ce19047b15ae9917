//! Progress of a running upload, and Ctrl-C in two steps.

use aep_core::Result;
use aep_ingest::upload::Phase;
use aep_ingest::{Outcome, UploadHandle};

use crate::context::Context;
use crate::output::Step;

/// Shows the upload until it is over. The first Ctrl-C cancels it, which aborts its batches; the second ends the process,
/// and says what stays behind.
pub(super) async fn watch(handle: UploadHandle, keeps: bool, ctx: &Context) -> Result<Outcome> {
    let interrupt = ctx.interrupt().await;
    interrupt.clean_up_first();
    let mut shown = ctx.progress();
    let mut progress = handle.progress();
    let mut noted = 0;
    let mut stopping = false;
    loop {
        let now = progress.borrow_and_update().clone();
        for note in now.notes.iter().skip(noted) {
            shown.aside(|| ctx.messages.note(note));
        }
        noted = now.notes.len();
        interrupt.remains(remains(&now));
        if !matches!(now.phase, Phase::Planning | Phase::Done) {
            shown.show(step(&now));
        }
        tokio::select! {
            changed = progress.changed() => if changed.is_err() { break },
            () = interrupt.first(), if !stopping => {
                stopping = true;
                handle.cancel();
                let what = if keeps { "keeping the open batches" } else { "aborting the open batches" };
                shown.aside(|| ctx.messages.note(&format!("interrupted: {what}; Ctrl-C again ends at once")));
            }
        }
    }
    shown.finish();
    handle.outcome().await
}

/// What a second Ctrl-C leaves on the server.
fn remains(now: &aep_ingest::Progress) -> String {
    let ids = now
        .batches
        .iter()
        .map(|batch| batch.id.to_string())
        .collect::<Vec<_>>();
    match (ids.is_empty(), now.phase) {
        (true, _) => "nothing was created on the server".to_owned(),
        (false, Phase::Waiting | Phase::Done) => {
            format!(
                "the platform goes on with {0}; `aep batch wait {1}` watches it",
                ids.join(", "),
                ids.join(" ")
            )
        }
        (false, _) => format!(
            "left open on the server: {0}; `aep batch abort {1}` gives it up",
            ids.join(", "),
            ids.join(" ")
        ),
    }
}

fn step(now: &aep_ingest::Progress) -> Step {
    let phase = match now.phase {
        Phase::Planning => "planning",
        Phase::Validating => "validating",
        Phase::Uploading => "uploading",
        Phase::Completing => "completing",
        Phase::Waiting => "processing",
        Phase::Done => "done",
    };
    let detail = match now.phase {
        Phase::Planning | Phase::Validating => String::new(),
        _ => now
            .batches
            .iter()
            .map(|batch| match &batch.detail {
                Some(detail) => format!("{} {} ({detail})", batch.id, batch.status),
                None => format!("{} {}", batch.id, batch.status),
            })
            .collect::<Vec<_>>()
            .join(", "),
    };
    let checking = now.phase == Phase::Validating;
    Step {
        phase: phase.to_owned(),
        detail,
        done: if checking {
            now.bytes_checked
        } else {
            now.bytes_sent
        },
        total: now.bytes_total,
        files_done: if checking {
            now.files_checked
        } else {
            now.files_sent
        },
        files: now.files_total,
    }
}
