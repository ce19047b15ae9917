//! `aep run get ID`.

use aep_core::Result;
use aep_flow::RunId;

use crate::context::Context;
use crate::exit::Exit;

/// Show one run
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run
    #[arg(value_name = "RUN")]
    id: RunId,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    super::show(&args.id, ctx).await
}
