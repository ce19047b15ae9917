//! `aep batch get ID`.

use aep_core::{BatchId, Result};

use crate::context::Context;
use crate::exit::Exit;

/// Show one batch
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    super::show(&args.id, ctx).await?;
    Ok(Exit::Success)
}
