//! `aep job list`.

use aep_core::Result;
use aep_flow::zone::pending_puts;
use serde_json::json;

use super::VIEW;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, value};

/// List jobs, the newest first
///
/// A job that is `interrupted` goes on with `aep job resume`; one that is `accepted` is with the platform, and the same
/// command waits for the end. Jobs that are over are kept for 30 days, and 200 of them at most. A put into the landing zone
/// that was interrupted is listed too; it goes on when the same `aep dlz put` is run again.
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
    let mut rows = Vec::new();
    for job in ctx.jobs().list()? {
        let mut row = value(&job)?;
        row["kind"] = json!("ingest");
        row["to"] = row["dataset"]["name"].clone();
        rows.push(row);
    }
    for put in pending_puts(&ctx.env.state_dir())? {
        let mut row = value(&put)?;
        row["kind"] = json!("put");
        row["runId"] = row["id"].clone();
        row["to"] = row["target"].clone();
        let state = if put.running {
            "running"
        } else {
            "interrupted"
        };
        row["state"] = json!(state);
        rows.push(row);
    }
    // both write times alike, so that their text is in the order of time
    rows.sort_by(|a, b| b["started"].as_str().cmp(&a["started"].as_str()));
    let rows = futures::stream::iter(rows.into_iter().map(Ok));
    ctx.out.list(&VIEW, rows, args.limit, &ctx.messages).await?;
    Ok(Exit::Success)
}
