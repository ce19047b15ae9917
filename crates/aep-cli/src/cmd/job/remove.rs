//! `aep job remove RUN...`.

use aep_core::{Error, Result};
use aep_ingest::{Batch, Job, JobState};

use crate::context::Context;
use crate::exit::Exit;

/// Forget jobs, and give up what of them is open
///
/// The journal goes, with files that were made for the run; the inputs stay. Batches that are still open are given up with
/// `--abort`, or when the question is answered with yes; otherwise they stay as they are, and are named.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The runs, or the beginnings of their ids
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<String>,
    /// Abort the batches of the jobs that are still open
    #[arg(long)]
    abort: bool,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let jobs = ctx.jobs();
    for text in &args.runs {
        let run = jobs.find(text)?;
        let job = jobs.get(run)?;
        if job.state == JobState::Running {
            // says who is in the way
            return jobs.remove(run).map(|()| Exit::Success);
        }
        ctx.confirm(&format!("remove job {run}"))?;
        let open = match open_batches(&job, ctx).await {
            Ok(open) => open,
            Err(error) => {
                ctx.messages.warn(&format!(
                    "it is not known whether batches of {run} are open: {}",
                    error.report()
                ));
                Vec::new()
            }
        };
        if !open.is_empty() {
            give_up(&open, args.abort, ctx).await?;
        }
        if !ctx.dry_run() {
            jobs.remove(run)?;
            ctx.messages.note(&format!("job {run} is removed"));
        }
    }
    Ok(Exit::Success)
}

async fn open_batches(job: &Job, ctx: &Context) -> Result<Vec<Batch>> {
    if !job.may_have_open_batches() {
        return Ok(Vec::new());
    }
    ctx.ingest().await?.batches().open_of(job).await
}

async fn give_up(open: &[Batch], abort: bool, ctx: &Context) -> Result<()> {
    let ids = open
        .iter()
        .map(|batch| batch.id.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    if !abort && !ctx.asks(&format!("abort its open batches {ids}"))? {
        ctx.messages.note(&format!(
            "open batches stay on the server: `aep batch abort {ids}` gives them up"
        ));
        return Ok(());
    }
    let batches = ctx.writer().await?.batches();
    for batch in open {
        batches
            .abort(&batch.id)
            .await
            .map_err(|error: Error| error.hint("the job stays; `aep batch get` shows the batch"))?;
        ctx.messages.note(&format!("batch {} is aborted", batch.id));
    }
    Ok(())
}
