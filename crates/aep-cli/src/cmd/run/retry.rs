//! `aep run retry ID...`.

use aep_core::Result;
use aep_flow::RunId;

use super::{VIEW, watch};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Run again what failed, with the files of the same time window
///
/// Meant for failed runs of flows that read batches; the flow has to be enabled.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep run retry 3fb0418e-1804-45d6-8d56-dd51f05c0baf --wait
  aep run list --flow nightly --state failed --since 24h -o id | xargs aep run retry
")]
pub(crate) struct Args {
    /// The runs
    #[arg(value_name = "RUN", required = true)]
    ids: Vec<RunId>,
    /// Wait until they end; the exit code says how
    #[arg(long)]
    wait: bool,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let runs = ctx.flow().await?.runs();
    let mut again = Vec::new();
    for id in &args.ids {
        again.push(runs.retry(id).await?.id);
    }
    if args.wait {
        return watch::until_final(&again, ctx).await;
    }
    let mut rows = Vec::new();
    for id in &again {
        rows.push(value(&runs.get(id).await?)?);
    }
    ctx.out.rows(&VIEW, &rows)?;
    Ok(Exit::Success)
}
