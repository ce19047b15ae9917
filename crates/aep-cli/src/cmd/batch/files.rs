//! `aep batch files ID`.

use aep_core::{BatchId, Result};
use futures::StreamExt;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, View, bytes, text, value};

/// Files in a dataset, whichever way they were asked for.
pub(crate) const VIEW: View = View {
    noun: "files",
    id: "name",
    columns: &[
        text("name", "name"),
        bytes("size", "length"),
        text("batch", "batchId"),
    ],
};

/// List the files that a batch left in its dataset
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let files = ctx
        .ingest()
        .await?
        .batches()
        .files(&args.id)
        .map(|file| value(&file?));
    ctx.out
        .list(&VIEW, files, args.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
