//! `aep batch download ID --to DIR`.

use aep_core::{BatchId, Result};

use crate::cmd::fetch::{self, Target};
use crate::context::Context;
use crate::exit::Exit;

/// Download the files of a batch
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch download 01KQ3W8Z5T7M1V9X2B4C6D8E0F --to out
")]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
    #[command(flatten)]
    target: Target,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let Args { id, target } = args;
    let batches = ctx.ingest().await?.batches();
    let report = fetch::watched(&target, ctx, async |options| {
        batches.download(&id, &target.to, options).await
    })
    .await?;
    if report.files.is_empty() {
        let batch = batches.get(&id).await?;
        ctx.messages.note(&format!(
            "the batch left no files: it is {}: {}; `aep batch explain {id}` says more",
            batch.status,
            batch.status.meaning()
        ));
    }
    fetch::show(&report, &target, ctx)
}
