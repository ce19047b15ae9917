//! `aep batch list`.

use aep_core::{DatasetId, Result};
use aep_ingest::batches::Order;
use aep_ingest::{BatchFilter, BatchStatus, Batches};
use futures::stream::iter;
use futures::{Stream, StreamExt, TryStreamExt};
use serde_json::Value;

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
  aep batch list --dataset \"Loyalty Members\" --last-successful -o id
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
    /// Only the last successful batch of the dataset, or of each dataset
    #[arg(long, conflicts_with_all = ["status", "since", "until", "oldest_first"])]
    last_successful: bool,
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
    if args.last_successful {
        let batches = last_successful(ingest.batches(), dataset);
        ctx.out
            .list(&VIEW, batches, args.limit, &ctx.messages)
            .await?;
        return Ok(Exit::Success);
    }
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

/// The last successful batch of one dataset, or of each that has one.
fn last_successful(
    batches: Batches,
    dataset: Option<DatasetId>,
) -> impl Stream<Item = Result<Value>> {
    let all = dataset.is_none();
    let datasets = if all {
        batches.last(&[]).map_ok(|last| last.dataset).left_stream()
    } else {
        iter(dataset.map(Ok)).right_stream()
    };
    datasets
        .and_then(move |id| {
            let batches = batches.clone();
            async move { batches.last_successful(&id).await }
        })
        .try_filter_map(|batch| async move { batch.as_ref().map(value).transpose() })
}
