//! `aep sandbox list`.

use aep_core::Result;
use futures::StreamExt;

use super::VIEW;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, value};

/// List the sandboxes that the credentials may use
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let sandboxes = ctx
        .ingest()
        .await?
        .sandboxes()
        .list()
        .map(|sandbox| value(&sandbox?));
    ctx.out
        .list(&VIEW, sandboxes, args.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
