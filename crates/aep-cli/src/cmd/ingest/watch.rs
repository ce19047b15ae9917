//! Progress of a running upload, and Ctrl-C in two steps.

use aep_core::Result;
use aep_ingest::upload::{BatchProgress, Phase, Progress};
use aep_ingest::{BatchStatus, Outcome, Upload};
use serde_json::json;

use super::stop::{self, Stop};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Events, Step};

/// Shows the upload until it is over. The first Ctrl-C stops it, in a way that is asked for on a terminal; the second ends
/// the process, and says what stays behind.
pub(super) async fn watch(upload: Upload, keeps: bool, ctx: &Context) -> Result<Outcome> {
    let interrupt = ctx.interrupt().await;
    interrupt.clean_up_first();
    let mut shown = ctx.progress();
    let events = shown.events();
    let handle = match events.clone() {
        Some(events) => upload.on_event(move |event| events.tell(event)).start(),
        None => upload.start(),
    };
    let mut progress = handle.progress();
    let mut noted = 0;
    let mut stalled = Vec::new();
    let mut stop = Stop::default();
    loop {
        let now = progress.borrow_and_update().clone();
        for note in now.notes.iter().skip(noted) {
            shown.aside(|| ctx.messages.note(note));
        }
        noted = now.notes.len();
        for batch in now.batches.iter().filter(|batch| is_stalled(batch)) {
            if !stalled.contains(&batch.id) {
                shown.aside(|| ctx.messages.warn(&about_stalled(batch)));
                stalled.push(batch.id.clone());
            }
        }
        interrupt.remains(stop::remains(&now));
        if !matches!(now.phase, Phase::Planning | Phase::Done) && !stop.is_asking() {
            shown.show(step(&now));
        }
        tokio::select! {
            changed = progress.changed() => if changed.is_err() { break },
            () = interrupt.first(), if !stop.is_stopping() => {
                shown.finish();
                stop.begin(&handle, &now, keeps, ctx);
            }
            () = stop.answered(&handle, ctx) => {}
        }
    }
    shown.finish();
    let outcome = handle.outcome().await?;
    if let Some(events) = events {
        done(&outcome, &events);
    }
    Ok(outcome)
}

/// The last event.
fn done(outcome: &Outcome, events: &Events) {
    let Outcome { report, error, .. } = outcome;
    let batches: Vec<_> = report.batches.iter().map(|batch| &batch.id).collect();
    let exit = match error {
        Some(error) => Exit::of(error),
        None => super::report::exit(report),
    };
    events.put(&json!({
        "event": "done",
        "status": report.status,
        "exitCode": exit.code(),
        "batches": batches,
        "elapsedMs": report.elapsed_ms,
        "error": error.as_ref().map(ToString::to_string),
    }));
}

fn is_stalled(batch: &BatchProgress) -> bool {
    batch.status == BatchStatus::Stalled
}

fn about_stalled(batch: &BatchProgress) -> String {
    let detail = batch
        .detail
        .as_ref()
        .map(|detail| format!(" ({detail})"))
        .unwrap_or_default();
    format!(
        "batch {} is stalled{detail}: {}. That is no failure of the data; ask Adobe's support about the batch. It is still \
         being watched.",
        batch.id,
        batch.status.meaning()
    )
}

fn step(now: &Progress) -> Step {
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
