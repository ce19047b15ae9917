//! `aep job list`.

use aep_core::Result;

use super::VIEW;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, value};

/// List jobs, the newest first
///
/// A job that is `interrupted` goes on with `aep job resume`; one that is `accepted` is with the platform, and the same
/// command waits for the end. Jobs that are over are kept for 30 days, and 200 of them at most.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep job list
  aep job list -o json --jq '.[] | select(.state == \"interrupted\") | .runId'
")]
pub(crate) struct Args {
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let jobs = futures::stream::iter(ctx.jobs().list()?);
    let rows = futures::StreamExt::map(jobs, |job| value(&job));
    ctx.out.list(&VIEW, rows, args.limit, &ctx.messages).await?;
    Ok(Exit::Success)
}
