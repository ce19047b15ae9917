//! Progress of a running transfer, and Ctrl-C in two steps.

use aep_core::Result;
use aep_flow::zone::{Transfer, TransferProgress};

use crate::context::Context;
use crate::output::Step;

/// Shows the transfer until it is over. The first Ctrl-C stops it, the second ends the process.
pub(super) async fn watch<R: Send + 'static>(
    transfer: Transfer<R>,
    phase: &'static str,
    ctx: &Context,
) -> Result<R> {
    let interrupt = ctx.interrupt().await;
    interrupt.clean_up_first();
    interrupt.remains("run the same again: a put goes on where it stopped");
    let mut shown = ctx.progress();
    let mut progress = transfer.progress();
    let mut noted = 0;
    let mut stopping = false;
    loop {
        let now = progress.borrow_and_update().clone();
        for note in now.notes.iter().skip(noted) {
            shown.aside(|| ctx.messages.note(note));
        }
        noted = now.notes.len();
        if now.bytes_total > 0 {
            shown.show(step(phase, &now));
        }
        tokio::select! {
            changed = progress.changed() => if changed.is_err() { break },
            () = interrupt.first(), if !stopping => {
                stopping = true;
                transfer.cancel();
            }
        }
    }
    shown.finish();
    transfer.join().await
}

fn step(phase: &str, now: &TransferProgress) -> Step {
    Step {
        phase: phase.to_owned(),
        detail: String::new(),
        done: now.bytes_done,
        total: now.bytes_total,
        files_done: now.files_done,
        files: now.files_total,
    }
}
