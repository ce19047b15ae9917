//! `aep mapping list`.

use aep_core::Result;
use aep_flow::mapping::MappingFilter;
use futures::StreamExt;

use super::VIEW;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, value};

/// List mapping sets
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only those of exactly this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let filter = MappingFilter {
        name: args.name,
        page_size: args.limit.page_size(),
        ..MappingFilter::default()
    };
    let sets = ctx
        .flow()
        .await?
        .mapping_sets()
        .list(filter)
        .map(|set| value(&set?));
    ctx.out.list(&VIEW, sets, args.limit, &ctx.messages).await?;
    Ok(Exit::Success)
}
