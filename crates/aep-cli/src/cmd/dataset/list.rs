//! `aep dataset list`.

use aep_core::Result;
use aep_ingest::DatasetFilter;
use futures::StreamExt;

use super::VIEW;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, value};

/// List datasets
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dataset list
  aep dataset list -o json --jq '.[] | {id, name}'
")]
pub(crate) struct Args {
    /// Only the datasets of exactly this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let filter = DatasetFilter {
        name: args.name,
        page_size: args.limit.page_size(),
        ..DatasetFilter::default()
    };
    let datasets = ctx
        .ingest()
        .await?
        .datasets()
        .list(filter)
        .map(|dataset| value(&dataset?));
    ctx.out
        .list(&VIEW, datasets, args.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
