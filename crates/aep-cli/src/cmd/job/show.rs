//! `aep job show RUN`.

use aep_core::Result;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, text, value};

const CARD: View = View {
    noun: "jobs",
    id: "runId",
    columns: &[
        text("run", "runId"),
        text("state", "state"),
        text("dataset", "dataset.name"),
        text("dataset id", "dataset.id"),
        text("organisation", "org"),
        text("sandbox", "sandbox"),
        text("started", "started"),
        text("updated", "updated"),
        text("files", "files"),
        text("files sent", "filesSent"),
        bytes("size", "bytes"),
        bytes("size sent", "bytesSent"),
        text("batches", "batches"),
        text("error", "error"),
    ],
};

/// Show one job with its batches
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run, or the beginning of its id
    #[arg(value_name = "RUN")]
    run: String,
}

pub(crate) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let jobs = ctx.jobs();
    let job = jobs.get(jobs.find(&args.run)?)?;
    ctx.out.one(&CARD, &value(&job)?)?;
    if job.state.is_resumable() {
        ctx.messages
            .tip(&format!("`aep job resume {}` goes on with it", job.run_id));
    }
    Ok(Exit::Success)
}
