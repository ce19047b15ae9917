//! `aep dataset files ID|NAME`.

use aep_core::Result;
use futures::StreamExt;

use super::Named;
use crate::cmd::batch::FILES;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, View, text, time, value};

const VIEW: View = View {
    noun: "files",
    id: "id",
    columns: &[
        text("id", "id"),
        text("batch", "batchId"),
        time("created", "created"),
    ],
};

/// List the files of a dataset
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    /// The files as Catalog lists them for the dataset's view: ids and times, no names and sizes
    #[arg(long)]
    view: bool,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let datasets = ctx.ingest().await?.datasets();
    let dataset = datasets.find(&args.named.dataset).await?;
    if args.view {
        let files = datasets.view_files(&dataset).map(|file| value(&file?));
        ctx.out
            .list(&VIEW, files, args.limit, &ctx.messages)
            .await?;
        return Ok(Exit::Success);
    }
    let files = datasets.files(&dataset.id).map(|file| value(&file?));
    ctx.out
        .list(&FILES, files, args.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
