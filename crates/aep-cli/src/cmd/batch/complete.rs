//! `aep batch complete ID`.

use aep_core::{BatchId, Result};

use crate::context::Context;
use crate::exit::Exit;

/// Say that all files are there, and let the platform process them
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch complete 01KQ3W8Z5T7M1V9X2B4C6D8E0F --wait --timeout 30m
")]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
    /// Wait for the final state; the exit code says which
    #[arg(long)]
    wait: bool,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    ctx.ingest().await?.batches().complete(&args.id).await?;
    if args.wait {
        return super::wait::until_final(&[args.id], ctx).await;
    }
    super::show(&args.id, ctx).await?;
    ctx.messages.tip(&format!(
        "accepted, not yet ingested: `aep batch wait {}` tells the end",
        args.id
    ));
    Ok(Exit::Success)
}
