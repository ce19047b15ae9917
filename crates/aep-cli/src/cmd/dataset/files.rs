//! `aep dataset files ID|NAME`.

use aep_core::Result;
use futures::StreamExt;

use super::Named;
use crate::cmd::batch::FILES;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, value};

/// List the files of a dataset
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let datasets = ctx.ingest().await?.datasets();
    let dataset = datasets.find(&args.named.dataset).await?;
    let files = datasets.files(&dataset.id).map(|file| value(&file?));
    ctx.out
        .list(&FILES, files, args.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
