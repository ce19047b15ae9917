//! `aep run list`.

use aep_core::Result;
use aep_flow::runs::RunOrder;
use aep_flow::{PropertyFilter, RunFilter, RunStatus};
use futures::StreamExt;

use super::VIEW;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, value};
use crate::when::When;

/// List runs, the newest first
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep run list --flow nightly
  aep run list --state failed --since 24h -o ndjson --limit all
")]
pub(crate) struct Args {
    /// Only runs of this flow, by id or name
    #[arg(long, value_name = "ID|NAME")]
    flow: Option<String>,
    /// Only runs in this state: scheduled, inProgress, success, failed, ...
    #[arg(long, value_name = "STATE", visible_alias = "status")]
    state: Option<String>,
    /// Only runs that started after this: `24h` ago, a date, RFC 3339, or epoch milliseconds
    #[arg(long, value_name = "TIME")]
    since: Option<When>,
    /// Only those of which this holds; may be given more than once
    #[arg(long, value_name = "FIELD==VALUE")]
    property: Vec<PropertyFilter>,
    /// The oldest first
    #[arg(long)]
    oldest_first: bool,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let flow = ctx.flow().await?;
    let of = match &args.flow {
        Some(name) => Some(flow.flows().find(name).await?.id),
        None => None,
    };
    let filter = RunFilter {
        flow: of,
        state: args.state.as_deref().map(RunStatus::from),
        since: args.since.map(When::timestamp),
        property: args.property,
        order: if args.oldest_first {
            RunOrder::OldestFirst
        } else {
            RunOrder::NewestFirst
        },
        page_size: args.limit.page_size(),
    };
    let rows = flow.runs().list(filter).map(|run| value(&run?));
    ctx.out.list(&VIEW, rows, args.limit, &ctx.messages).await?;
    Ok(Exit::Success)
}
