//! `aep dataset preview ID|NAME`.

use aep_core::Result;

use super::Named;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, ROWS};

/// Show the first rows of a dataset
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dataset preview \"Loyalty Members\" --limit 10
  aep dataset preview \"Loyalty Members\" --columns _id,person.name.lastName,_local.tier
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    /// How many to show: a number, or `all` (the service gives 100 at most)
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let datasets = ctx.ingest().await?.datasets();
    let dataset = datasets.find(&args.named.dataset).await?;
    let rows = datasets.preview(&dataset.id).await?;
    ctx.out
        .list(
            &ROWS,
            futures::stream::iter(rows.into_iter().map(Ok)),
            args.limit,
            &ctx.messages,
        )
        .await?;
    Ok(Exit::Success)
}
