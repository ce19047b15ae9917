//! `aep dataset download ID|NAME --to DIR`.

use aep_core::Result;

use super::Named;
use crate::cmd::fetch::{self, Target};
use crate::context::Context;
use crate::exit::Exit;

/// Download the files of a dataset
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    target: Target,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let Args { named, target } = args;
    let datasets = ctx.ingest().await?.datasets();
    let dataset = datasets.find(&named.dataset).await?;
    let report = fetch::watched(&target, ctx, async |options| {
        Box::pin(datasets.download(&dataset.id, &target.to, options)).await
    })
    .await?;
    fetch::show(&report, &target, ctx)
}
