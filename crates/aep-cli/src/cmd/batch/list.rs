//! `aep batch list`.

use aep_core::Result;
use aep_ingest::batches::Order;
use aep_ingest::{BatchFilter, BatchStatus};
use futures::StreamExt;

use super::VIEW;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, value};
use crate::when::{When, milliseconds};

/// List batches, the newest first
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch list --dataset \"Loyalty Members\" --status failure
  aep batch list --since 24h -o ndjson --limit all
  aep batch list -o id --status loading
")]
pub(crate) struct Args {
    /// Only batches of this dataset, by id or name
    #[arg(long, value_name = "ID|NAME")]
    dataset: Option<String>,
    /// Only batches in these states: loading, success, failure, ...
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    status: Vec<String>,
    /// Only batches created after this: `24h` ago, a date, RFC 3339, or epoch milliseconds
    #[arg(long, value_name = "TIME")]
    since: Option<When>,
    /// Only batches created before this
    #[arg(long, value_name = "TIME")]
    until: Option<When>,
    /// The oldest first
    #[arg(long)]
    oldest_first: bool,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let ingest = ctx.ingest().await?;
    let dataset = match &args.dataset {
        Some(name) => Some(ingest.datasets().find(name).await?.id),
        None => None,
    };
    let filter = BatchFilter {
        dataset,
        status: args
            .status
            .iter()
            .map(|status| BatchStatus::from(status.as_str()))
            .collect(),
        created_after: milliseconds(args.since),
        created_before: milliseconds(args.until),
        order: if args.oldest_first {
            Order::OldestFirst
        } else {
            Order::NewestFirst
        },
        page_size: args.limit.page_size(),
        ..BatchFilter::default()
    };
    let batches = ingest.batches().list(filter).map(|batch| value(&batch?));
    ctx.out
        .list(&VIEW, batches, args.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
