//! `aep run cancel ID`.

use aep_core::Result;
use aep_flow::RunId;

use crate::context::Context;
use crate::exit::Exit;

/// Ask the platform to stop a run
///
/// What the run has brought so far may stay.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run
    #[arg(value_name = "RUN")]
    id: RunId,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    ctx.flow().await?.runs().cancel(&args.id).await?;
    super::show(&args.id, ctx).await
}
